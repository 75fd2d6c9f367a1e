-- Ends every session that a user has now, in O(1): one field, which every judgement compares with createdAt.
--   Flags: allow-oom
--   Includes: session
--   KEYS[1]  not-before:{tag}
--   ARGV     1 user id, 2 retention of the mark (ms), 3 key of the session to keep or '', 4 touch interval (ms)
--   Reply    not-before (ms)

-- Two end-alls within one millisecond still differ, so that the second one ends what was created between them.
local notBefore = math.max(nowMs(), tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or -1) + 1)
if ARGV[3] ~= '' and liveSession(keysOf(ARGV[3]), nowMs(), tonumber(ARGV[4])) then
  redis.call('HSET', ARGV[3], 'k', text(notBefore))
end
redis.call('HSET', KEYS[1], ARGV[1], text(notBefore))
-- The mark is needed as long as a session that it ends may live; an instance with shorter lifetimes must not forget it.
if redis.call('PEXPIRE', KEYS[1], ARGV[2], 'NX') == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2], 'GT') end
-- Marks of others in this slot that nothing can need any more: no lifetime is longer than a year.
local marks = redis.call('HGETALL', KEYS[1])
for i = 1, #marks, 2 do
  if tonumber(marks[i + 1]) < notBefore - 31536000000 then redis.call('HDEL', KEYS[1], marks[i]) end
end
return text(notBefore)
