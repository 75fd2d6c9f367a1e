-- Reads what callers stored in a session.
--   Flags: no-writes
--   Includes: session
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 data key, or '' for all of them
--   Reply    { version, key, JSON, … }; nil if the session is not alive

local keys = keysOf(KEYS[1])
local session = liveSession(keys, nowMs(), touchOf(ARGV[1]))
if not session then return nil end

local reply = { session.version }
if ARGV[2] == '' then
  for _, part in ipairs(redis.call('HGETALL', dataKey(keys))) do reply[#reply + 1] = part end
else
  local value = redis.call('HGET', dataKey(keys), ARGV[2])
  if value then reply[2], reply[3] = ARGV[2], value end
end
return reply
