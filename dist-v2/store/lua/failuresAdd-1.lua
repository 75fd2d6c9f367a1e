-- Counts failures that have happened, whether the counter has room for them or not.
--   Includes: session, failures
--   KEYS[1]  login-failures:<policy>:<subject>
--   ARGV     1 how many, 2 window (ms), from the first failure
--   Reply    { failures in all, ms until the window ends }
--   Errors   refused by Redis at maxmemory before anything is written

local now = nowMs()
local failures = readFailures(KEYS[1], now, 0, 0)
local count, endsAt = failures.count + tonumber(ARGV[1]), failures.endsAt or now + tonumber(ARGV[2])
if failures.count == 0 then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'n', text(count), 'e', text(endsAt))
redis.call('PEXPIREAT', KEYS[1], text(endsAt))
return { text(count), text(endsAt - now) }
