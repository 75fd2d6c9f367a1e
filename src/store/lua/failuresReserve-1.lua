-- Counts a login as failed before it is known to be, if the counter has room for one more.
--   Includes: session, failures
--   KEYS[1]  login-failures:<policy>:<subject>
--   ARGV     1 budget, 2 longest wait (ms), 0 where the wait is for the end of the window, 3 window (ms), from the first failure
--   Reply    { 1, end of the window, blocked until (ms; 0: not) } counted; { 0, ms to wait } not
--   Errors   refused by Redis at maxmemory before anything is written
--   The failure that uses the budget up is followed by a wait of a second, and each one after it by twice as much.

local now, budget, longestWait = nowMs(), tonumber(ARGV[1]), tonumber(ARGV[2])
local failures = readFailures(KEYS[1], now)
local wait = waitOf(failures, now, budget, longestWait)
if wait > 0 then return { 0, text(wait) } end

local count, endsAt, blockedUntil = failures.count + 1, failures.endsAt or now + tonumber(ARGV[3]), 0
if failures.count == 0 then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'n', text(count), 'e', text(endsAt))
if longestWait > 0 and count >= budget then
  blockedUntil = math.min(endsAt, now + math.min(longestWait, 1000 * 2 ^ (count - budget)))
  redis.call('HSET', KEYS[1], 'b', text(blockedUntil))
end
redis.call('PEXPIREAT', KEYS[1], text(endsAt))
return { 1, text(endsAt), text(blockedUntil) }
