-- Notes where a session was last used from.
--   Includes: session, long-text, place
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 packed IP address, 3 packed user agent
--   Reply    1; 0 if that is noted already, or the session is not alive
--   Errors   refused by Redis at maxmemory before anything is written

local keys = keysOf(KEYS[1])
if not liveSession(keys, nowMs(), touchOf(ARGV[1])) then return 0 end
local address, agent, lastAddress, lastAgent = placesOf(keys.session)
if lastAddress == ARGV[2] and lastAgent == ARGV[3] then return 0 end

removeText(keys.session, 'j')
removeText(keys.session, 'v')
local fields = {}
if ARGV[2] ~= address then addText(fields, 'j', ARGV[2]) end
if ARGV[3] ~= agent then addText(fields, 'v', ARGV[3]) end
if #fields > 0 then redis.call('HSET', keys.session, unpack(fields)) end
return 1
