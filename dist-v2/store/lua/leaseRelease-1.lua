-- Gives the place of a session in a channel back.
--   Flags: allow-oom
--   Includes: session, leases
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 channel
--   Reply    1, or 0 if it had none; nil if the session is not alive

local keys = keysOf(KEYS[1])
local session = liveSession(keys, nowMs(), touchOf(ARGV[1]))
if not session then return nil end
return redis.call('HDEL', leasesKey(keys, session.userId), ARGV[2] .. ' ' .. keys.hex)
