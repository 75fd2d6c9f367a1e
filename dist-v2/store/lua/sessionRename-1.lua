-- Gives the device of a user's session another name.
--   Includes: session, long-text, events
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 user id, 2 touch interval, see includes/session.lua, 3 device name
--   Reply    1; 0 if the session is not alive or another user's
--   Errors   refused by Redis at maxmemory before anything is written

-- Another user's is no more work than one that never was: time does not tell which it is.
if redis.call('HGET', KEYS[1], 'u') ~= ARGV[1] then return 0 end

local keys = keysOf(KEYS[1])
if not liveSession(keys, nowMs(), touchOf(ARGV[2])) then return 0 end

removeText(keys.session, 'm')
local fields = {}
addText(fields, 'm', ARGV[3])
redis.call('HSET', keys.session, unpack(fields))
tellEvent(keys, ARGV[1], 'device.renamed', '{"deviceName":' .. cjson.encode(ARGV[3]) .. '}')
return 1
