-- Records a use of a session that is known by its id, at most once a touch interval.
--   Flags: allow-oom
--   Includes: session, index
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua
--   Reply    { old bucket, new bucket }; {} if there is nothing to record; nil if the session is not alive

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1])
local session = liveSession(keys, now, touchMs)
if not session then return nil end
if now - session.touchedAt < touchMs then return {} end
local before = bucketOf(deadlineOf(session, touchMs))
touchSession(keys, session, now, touchMs)
return { before, bucketOf(deadlineOf(session, touchMs)) }
