-- The bucket that a session has to be counted in: for the recount.
--   Flags: no-writes
--   Includes: session
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua
--   Reply    bucket; nil if the session is not alive

local keys, touchMs = keysOf(KEYS[1]), touchOf(ARGV[1])
local session = liveSession(keys, nowMs(), touchMs)
return session and bucketOf(deadlineOf(session, touchMs))
