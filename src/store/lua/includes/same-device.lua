-- One session for each device of a user: a login from a device that already has one replaces it.

-- Ends the user's sessions whose device id has one of the hashes (',a,b,'); returns the bucket of each.
local function endSameDevice(indexKey, hashes, touchMs)
  local buckets = {}
  for _, id in ipairs(redis.call('ZRANGE', indexKey, 0, -1)) do
    local keys = keysOf(sessionKeyOf(indexKey, id))
    local device = redis.call('HGET', keys.session, 'd')
    local session = device and string.find(hashes, ',' .. device .. ',', 1, true) and readSession(keys)
    if session then buckets[#buckets + 1] = endSession(keys, session, touchMs) end
  end
  return buckets
end
