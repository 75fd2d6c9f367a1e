-- Reads the state that all sessions of a user share.
--   Flags: no-writes
--   Includes: session, user-data, data
--   KEYS[1]  session:{tag}<28 hex> of the session that asks
--   ARGV     1 touch interval, see includes/session.lua, 2 data key, or '' for all of them
--   Reply    { version, key, JSON, … }; nil if the session is not alive

local keys = keysOf(KEYS[1])
local session = liveSession(keys, nowMs(), touchOf(ARGV[1]))
if not session then return nil end

local key = userDataKey(keys, session.userId)
return addData({ (userDataHead(key)) }, key, ARGV[2])
