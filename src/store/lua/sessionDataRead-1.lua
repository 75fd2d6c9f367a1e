-- Reads what callers stored in a session.
--   Flags: no-writes
--   Includes: session, data
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 data key, or '' for all of them
--   Reply    { version, key, JSON, … }; nil if the session is not alive

local keys = keysOf(KEYS[1])
local session = liveSession(keys, nowMs(), touchOf(ARGV[1]))
if not session then return nil end

local key = dataKey(keys)
return addData({ (dataHead(key)) }, key, ARGV[2])
