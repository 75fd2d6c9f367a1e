-- The index of a user: a sorted set of the sessions by deadline (ms). A member is 22 bytes and holds what limits and lists ask of all sessions, so that none
-- of their records is read for it: createdAt (ms, 6 bytes), the 28 hex of the id as 14 bytes, a letter for the device type, and the first character of the
-- hash of the device id ('.' for none). Whatever of that changes makes another member.

local TYPE_LETTERS = { desktop = 'd', mobile = 'm', tablet = 't', tv = 'v', bot = 'b' }
local function letterOf(deviceType) return TYPE_LETTERS[deviceType] or 'u' end

-- The member of the session of `keys`: of a record, or of what is to become one.
local function memberOf(keys, session)
  local hex = keys.hex
  return struct.pack('>I6I6I6I2', session.createdAt, tonumber(hex:sub(1, 12), 16), tonumber(hex:sub(13, 24), 16), tonumber(hex:sub(25), 16)) ..
    session.deviceType .. (session.deviceId or '.'):sub(1, 1)
end

-- When it was created (ms).
local function createdAtOf(member)
  return (struct.unpack('>I6', member))
end

-- The 28 hex of its id.
local function hexOf(member)
  local _, first, second, last = struct.unpack('>I6I6I6I2', member)
  return string.format('%012x%012x%04x', first, second, last)
end

-- The members that are not over at `now` and whose device has a hash that begins with one of those bytes.
local function membersOnDevice(indexKey, now, bytes)
  local members = {}
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', indexKey, '(' .. text(now), '+inf')) do
    if bytes[member:byte(22)] then members[#members + 1] = member end
  end
  return members
end

-- The key of the record with those 28 hex, beside the index at `indexKey`.
local function sessionKeyOf(indexKey, hex)
  local prefix, tag = string.match(indexKey, '^([^{]*)user%-sessions:({%x+}):')
  return prefix .. 'session:' .. tag .. hex
end

-- Whose index that is.
local function userIdOf(indexKey)
  return string.match(indexKey, '^[^{]*{%x+}:(.*)$')
end

-- The member of a session whose record does not say enough to make it, or nil.
local function findMember(indexKey, hex)
  for _, member in ipairs(redis.call('ZRANGE', indexKey, 0, -1)) do
    if hexOf(member) == hex then return member end
  end
  return nil
end

-- Lets the index live a week longer than its longest member, so that who looks later learns what has expired meanwhile.
local function keepIndex(indexKey, deadline)
  local endsAt = text(deadline + 604800000)
  if redis.call('PEXPIREAT', indexKey, endsAt, 'NX') == 0 then redis.call('PEXPIREAT', indexKey, endsAt, 'GT') end
end

-- Moves record, data and index entry to the session's deadline together.
local function moveDeadline(keys, session, touchMs)
  local deadline = deadlineOf(session, touchMs)
  redis.call('PEXPIREAT', keys.session, text(deadline))
  if session.version > 0 then redis.call('PEXPIREAT', keys.data, text(deadline)) end
  redis.call('ZADD', keys.index .. session.userId, 'XX', text(deadline), memberOf(keys, session))
  keepIndex(keys.index .. session.userId, deadline)
end

-- Records a use at `now`, which slides the idle deadline.
local function touchSession(keys, session, now, touchMs)
  session.touchedAt = now
  redis.call('HSET', keys.session, 'a', since(session, now))
  moveDeadline(keys, session, touchMs)
end
