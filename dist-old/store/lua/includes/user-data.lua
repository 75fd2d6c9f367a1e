-- State that all sessions of a user share: one hash a user, made at the first write. Its field ' ', which no data key can be, is
-- `<version> <bytes of keys and values> <how long it stays without a session (ms)>`.

local function userDataKey(keys, userId) return keys.prefix .. 'user-data:{' .. keys.tag .. '}:' .. userId end

-- Version, bytes and stay; zeros if there is no hash.
local function userDataHead(key)
  local version, size, stay = string.match(redis.call('HGET', key, ' ') or '', '^(%d+) (%d+) (%d+)$')
  return tonumber(version or 0), tonumber(size or 0), tonumber(stay or 0)
end

-- Lets what the user has outlive every session by as much as it says. The index lives a week longer than any of them may (index.lua).
-- To be called when the index has a new member, and at each write; `absolute` is the deadline of the session that does it.
local function keepUserData(keys, userId, absolute)
  local key = userDataKey(keys, userId)
  local _, _, stay = userDataHead(key)
  if stay == 0 then return end
  local endsAt = text(math.max(redis.call('PEXPIRETIME', keys.index .. userId) - 604800000, absolute) + stay)
  if redis.call('PEXPIREAT', key, endsAt, 'NX') == 0 then redis.call('PEXPIREAT', key, endsAt, 'GT') end
end

-- The same from now on, if the user has no session any more that might still live.
local function leaveUserData(keys, userId, now)
  local key = userDataKey(keys, userId)
  local _, _, stay = userDataHead(key)
  if stay == 0 or redis.call('ZCOUNT', keys.index .. userId, '(' .. text(now), '+inf') > 0 then return end
  redis.call('PEXPIREAT', key, text(now + stay), 'LT')
end
