-- Copies a session: record, place in the index and history of a copy are those of the original, but for whose they are.
--   KEYS[1]  session:{tag}<28 hex> of the original, the first session of its user
--   ARGV     1 its user id, 2 its secret digest, then of each copy: public id, user id, secret digest
--   Reply    deadline of all of them (ms)
--   For a Redis that is no Cluster: the copies are in slots of their own.

local function keysOf(tag, hex, userId)
  return {
    session = 'session:{' .. tag .. '}' .. hex,
    index = 'user-sessions:{' .. tag .. '}:' .. userId,
    activity = 'user-activity:{' .. tag .. '}:' .. userId
  }
end

local tag, hex = string.match(KEYS[1], '^session:{(%x+)}(%x+)$')
local original = keysOf(tag, hex, ARGV[1])
local record = redis.call('HGETALL', original.session)
local deadline = string.format('%.0f', redis.call('PEXPIRETIME', original.session))
local indexEndsAt = string.format('%.0f', redis.call('PEXPIRETIME', original.index))
local activityEndsAt = string.format('%.0f', redis.call('PEXPIRETIME', original.activity))
local entry = redis.call('LINDEX', original.activity, -1)
-- What its index member says beside its id: when it was created, and of its device; see src/store/lua/includes/index.lua.
local createdAt, device = redis.call('ZRANGE', original.index, 0, 0)[1]:match('^(......)' .. ('.'):rep(14) .. '(..)$')
local function packed(hexDigits) return (hexDigits:gsub('%x%x', function (byte) return string.char(tonumber(byte, 16)) end)) end

-- Where the record says whose it is.
local owners, digests = {}, {}
for i = 2, #record, 2 do
  if record[i] == ARGV[1] then owners[#owners + 1] = i end
  if record[i] == ARGV[2] then digests[#digests + 1] = i end
end

for i = 3, #ARGV, 3 do
  local id, userId = ARGV[i], ARGV[i + 1]
  local copyTag, copyHex = id:sub(1, 4), id:gsub('-', ''):sub(5)
  local copy = keysOf(copyTag, copyHex, userId)
  for _, place in ipairs(owners) do record[place] = userId end
  for _, place in ipairs(digests) do record[place] = ARGV[i + 2] end
  redis.call('HSET', copy.session, unpack(record))
  redis.call('PEXPIREAT', copy.session, deadline)
  redis.call('ZADD', copy.index, deadline, createdAt .. packed(copyHex) .. device)
  redis.call('PEXPIREAT', copy.index, indexEndsAt)
  redis.call('LPUSH', copy.activity, (entry:gsub(hex, copyHex)))
  redis.call('PEXPIREAT', copy.activity, activityEndsAt)
end
return deadline
