-- Reads the state that all sessions of a user share.
--   Flags: no-writes
--   Includes: session, user-data
--   KEYS[1]  session:{tag}<28 hex> of the session that asks
--   ARGV     1 touch interval, see includes/session.lua, 2 data key, or '' for all of them
--   Reply    { version, key, JSON, … }; nil if the session is not alive

local keys = keysOf(KEYS[1])
local session = liveSession(keys, nowMs(), touchOf(ARGV[1]))
if not session then return nil end

local key = userDataKey(keys, session.userId)
local reply = { (userDataHead(key)) }
if ARGV[2] ~= '' then
  local value = redis.call('HGET', key, ARGV[2])
  if value then reply[2], reply[3] = ARGV[2], value end
  return reply
end
local all = redis.call('HGETALL', key)
for i = 1, #all, 2 do
  if all[i] ~= ' ' then reply[#reply + 1], reply[#reply + 2] = all[i], all[i + 1] end
end
return reply
