-- Takes a failure back that was counted in advance, and the wait that it brought.
--   Flags: allow-oom
--   Includes: session, failures
--   KEYS[1]  login-failures:<policy>:<subject>
--   ARGV     1 end of the window and 2 blocked until (ms), as the reservation answered
--   Reply    1; 0 if that window is over

local failures = readFailures(KEYS[1], nowMs())
if failures.endsAt ~= tonumber(ARGV[1]) then return 0 end
if failures.count <= 1 then return redis.call('DEL', KEYS[1]) end
redis.call('HINCRBY', KEYS[1], 'n', -1)
-- A later failure has brought a wait of its own, which stays.
if failures.blockedUntil == tonumber(ARGV[2]) then redis.call('HDEL', KEYS[1], 'b') end
return 1
