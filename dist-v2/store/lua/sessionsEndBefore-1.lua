-- Ends every session that a user has now, in O(1): one field, which every judgement compares with createdAt.
--   Flags: allow-oom
--   Includes: session, end-all, revoked
--   KEYS[1]  not-before:{tag}
--   ARGV     1 user id, 2 retention of the mark (ms), 3 key of the session to keep or '', 4 touch interval, see includes/session.lua,
--            5 reason, 6 public id of the session that asks for it, or '',
--            7 '1' if nothing is to end unless the session to keep is alive, or ''
--   Reply    not-before (ms); nil if it is not, and nothing has changed

local touchMs = touchOf(ARGV[4])
local kept = ARGV[3] ~= '' and liveSession(keysOf(ARGV[3]), nowMs(), touchMs)
if ARGV[7] == '1' and not kept then return nil end
-- Two end-alls within one millisecond still differ, so that the second one ends what was created between them; what was created after the end of everybody's, which may be by a clock that is ahead, too.
local notBefore = math.max(nowMs(), everybodyBefore + 1, tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or -1) + 1)
local keptHex = ''
if kept then
  redis.call('HSET', ARGV[3], 'k', since(kept, notBefore))
  keptHex = keysOf(ARGV[3]).hex
end
redis.call('HSET', KEYS[1], ARGV[1], text(notBefore))
local prefix, tag = string.match(KEYS[1], '^(.*)not%-before:{(%x+)}$')
announceChange({ prefix = prefix, tag = tag })
tellRevoked(prefix, tag, notBefore, 'u', keptHex == '' and '-' or keptHex, ARGV[5], ARGV[1])
-- The reason stands beside the mark, for whoever deletes a session that the mark has ended.
local causes = causeKey({ prefix = prefix, tag = tag })
redis.call('HSET', causes, ARGV[1], ARGV[5] .. ' ' .. ARGV[6] .. ' ' .. keptHex)
-- The mark is needed as long as a session that it ends may live; an instance with shorter lifetimes must not forget it.
for _, key in ipairs({ KEYS[1], causes }) do
  if redis.call('PEXPIRE', key, ARGV[2], 'NX') == 0 then redis.call('PEXPIRE', key, ARGV[2], 'GT') end
end
-- Marks of others in this slot that nothing can need any more: no lifetime is longer than a year.
local marks = redis.call('HGETALL', KEYS[1])
for i = 1, #marks, 2 do
  if tonumber(marks[i + 1]) < notBefore - 31536000000 then
    redis.call('HDEL', KEYS[1], marks[i])
    redis.call('HDEL', causes, marks[i])
  end
end
return text(notBefore)
