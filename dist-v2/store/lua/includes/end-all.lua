-- The last end of all sessions of a user, or of everybody: the mark that ends them, and beside it why.

-- Of the slot of `keys`: user id → `<reason> <public id of who asked, or ''> <28 hex of the session that was kept, or ''>`.
local function causeKey(keys) return keys.prefix .. 'not-before-cause:{' .. keys.tag .. '}' end

-- Its moment (ms), 0 if none is remembered, its reason, who asked for it, and who was kept.
local function lastEndAll(keys, userId)
  local notBefore = tonumber(redis.call('HGET', keys.notBefore, userId) or 0)
  if everybodyBefore > notBefore then return { notBefore = everybodyBefore, reason = 'everybody_ended', actor = '', kept = '' } end
  if notBefore == 0 then return { notBefore = 0, reason = '', actor = '', kept = '' } end
  local reason, actor, kept = string.match(redis.call('HGET', causeKey(keys), userId) or '', '^(%S+) (%S*) (%x*)$')
  return { notBefore = notBefore, reason = reason or 'ended_all', actor = actor or '', kept = kept or '' }
end

-- The session of `old` goes on as that of `new`: it stays the one that was kept, if it was.
local function followKept(old, new, userId)
  local cause = redis.call('HGET', causeKey(old), userId)
  if cause and cause:sub(-28) == old.hex then redis.call('HSET', causeKey(old), userId, cause:sub(1, -29) .. new.hex) end
end
