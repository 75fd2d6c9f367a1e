-- Says what became of an attempt that was let in: it failed, or it never counts.
--   Flags: allow-oom
--   Includes: session, failures
--   KEYS[1]  login-failures:<policy>:<subject>
--   ARGV     1 budget and 2 longest wait (ms), as at the reservation, 3 end of the window and 4 bucket, as it answered, 5 '1' if it failed
--   Reply    1; 0 if that window is over

local now, budget, longestWait, bucket, isFailed = nowMs(), tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4]), ARGV[5] == '1'
local failures = readFailures(KEYS[1], now, budget, longestWait)
if failures.endsAt ~= tonumber(ARGV[3]) then return 0 end
local isPending = failures.buckets[bucket] ~= nil
if isPending then addPending(failures, bucket, -1) end
if isPending and isFailed then addFailures(failures, 1, now, budget, longestWait) end
-- It took so long that it is among the failed already.
if not isPending and not isFailed then failures.count = math.max(0, failures.count - 1) end
writeFailures(KEYS[1], failures)
return 1
