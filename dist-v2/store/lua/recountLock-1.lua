-- Keeps or gives back the lock of the recount, if it is still the caller's.
--   Flags: allow-oom
--   KEYS[1]  live-sessions-recount
--   ARGV     1 owner, 2 how much longer (ms), 0 to give it back
--   Reply    1; 0 if it is somebody else's by now

if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then return redis.call('DEL', KEYS[1]) end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
