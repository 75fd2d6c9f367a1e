-- What the members of an index (index.lua) say.

local TYPE_LETTERS = { desktop = 'd', mobile = 'm', tablet = 't', tv = 'v', bot = 'b' }
local function letterOf(deviceType) return TYPE_LETTERS[deviceType] or 'u' end

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
