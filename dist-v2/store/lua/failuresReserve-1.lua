-- Lets a login in whose password is about to be checked, if the counter has room for one more failure should all of those that are being checked fail.
--   Includes: session, failures
--   KEYS[1]  login-failures:<policy>:<subject>
--   ARGV     1 budget, 2 longest wait (ms), 0 where the wait is for the end of the window, 3 window (ms), from the first attempt
--   Reply    { 1, end of the window (ms), bucket } let in, both for failuresSettle; { 0, ms to wait } not, 0: until one that is being checked is settled
--   Errors   refused by Redis at maxmemory before anything is written
--   With the budget used up one at a time is let in, after the wait that the last failure brought.

local now, budget, longestWait = nowMs(), tonumber(ARGV[1]), tonumber(ARGV[2])
local failures = readFailures(KEYS[1], now, budget, longestWait)
local wait = waitOf(failures, now, budget, longestWait)
if wait > 0 or failures.pending >= math.max(1, budget - failures.count) then return { 0, text(wait) } end

local bucket = math.ceil((now + LONGEST_CHECK_MS) / BUCKET_MS)
failures.endsAt = failures.endsAt or now + tonumber(ARGV[3])
addPending(failures, bucket, 1)
writeFailures(KEYS[1], failures)
return { 1, text(failures.endsAt), text(bucket) }
