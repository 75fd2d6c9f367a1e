-- What callers store, in a session or of a user: a hash with one field a data key, JSON values. Its field ' ', which no data key can be, is what is known of it.

-- Of a session's, which is made at the first write: `<version> <bytes of keys and values>`; zeros if there is none. Where it was lost, bytes count from zero again, and below.
local function dataHead(key)
  local version, size = string.match(redis.call('HGET', key, ' ') or '', '^(%d+) (%-?%d+)$')
  return tonumber(version or 0), tonumber(size or 0)
end

local function setDataHead(key, version, size)
  redis.call('HSET', key, ' ', text(version) .. ' ' .. text(size))
end

-- Adds key and JSON of the one with that name to a reply, or of all of them with ''.
local function addData(reply, key, name)
  if name ~= '' then
    local value = redis.call('HGET', key, name)
    if value then reply[#reply + 1], reply[#reply + 2] = name, value end
    return reply
  end
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    if all[i] ~= ' ' then reply[#reply + 1], reply[#reply + 2] = all[i], all[i + 1] end
  end
  return reply
end
