-- Puts the answer of a request in the place of the claim on its Idempotency-Key, or gives the claim back.
--   Flags: allow-oom
--   Includes: session
--   KEYS[1]  idempotency:{tag}<22 characters>
--   ARGV     1 who claimed it, 2 the answer, sealed, or '' to give it back, 3 how long the answer is kept (ms)
--   Reply    1; 0 if the claim is not theirs any more

if redis.call('HGET', KEYS[1], 'o') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
local endsAt = text(nowMs() + ARGV[3])
redis.call('HDEL', KEYS[1], 'o')
redis.call('HSET', KEYS[1], 'a', ARGV[2], 'u', endsAt)
redis.call('PEXPIREAT', KEYS[1], endsAt)
return 1
