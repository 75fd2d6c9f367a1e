-- The index of a user: a sorted set of the sessions by deadline (ms). A member is 22 bytes and holds what limits and lists ask of all sessions, so that none
-- of their records is read for it: createdAt (ms, 6 bytes), the 28 hex of the id as 14 bytes, a letter for the device type, and the first character of the
-- hash of the device id ('.' for none). Whatever of that changes makes another member.
-- What is read of it: members.lua.

-- The member of the session of `keys`: of a record, or of what is to become one.
local function memberOf(keys, session)
  local hex = keys.hex
  return struct.pack('>I6I6I6I2', session.createdAt, tonumber(hex:sub(1, 12), 16), tonumber(hex:sub(13, 24), 16), tonumber(hex:sub(25), 16)) ..
    session.deviceType .. (session.deviceId or '.'):sub(1, 1)
end

-- Lets the index live a week longer than the session can, so that who looks later learns what has expired meanwhile. Whoever adds a member has to.
local function keepIndex(indexKey, session)
  local endsAt = text(session.absolute + 604800000)
  if redis.call('PEXPIREAT', indexKey, endsAt, 'NX') == 0 then redis.call('PEXPIREAT', indexKey, endsAt, 'GT') end
end

-- Moves record, data, if there is any, and index entry to the session's deadline together. The index lives longer than any of them may.
local function moveDeadline(keys, session, touchMs)
  local deadline = deadlineOf(session, touchMs)
  redis.call('PEXPIREAT', keys.session, text(deadline))
  redis.call('PEXPIREAT', dataKey(keys), text(deadline))
  redis.call('ZADD', keys.index .. session.userId, 'XX', text(deadline), memberOf(keys, session))
end

-- Records a use at `usedAt`, which slides the idle deadline.
local function touchSession(keys, session, usedAt, touchMs)
  session.touchedAt = usedAt
  redis.call('HSET', keys.session, 'a', since(session, usedAt))
  moveDeadline(keys, session, touchMs)
end
