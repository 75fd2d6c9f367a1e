-- Reads who has a place in a channel of a user.
--   Flags: no-writes
--   Includes: session, leases
--   KEYS[1]  session:{tag}<28 hex> of the session that asks
--   ARGV     1 touch interval, see includes/session.lua, 2 channel
--   Reply    { public id, until (ms), … }; nil if the session that asks is not alive

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1])
local session = liveSession(keys, now, touchMs)
if not session then return nil end
return addLeases({}, keys, (leasesOf(keys, session.userId, ARGV[2], now, touchMs)))
