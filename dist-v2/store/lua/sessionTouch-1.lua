-- Records a use of a session that is known by its id: one of now at most once a touch interval, one that has waited if it is later than what is recorded.
--   Flags: allow-oom
--   Includes: session, index
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 how long ago it was used (ms), '' for now
--   Reply    { old bucket, new bucket }; {} if there is nothing to record; nil if the session is not alive

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1])
local session = liveSession(keys, now, touchMs)
if not session then return nil end
local ageMs = tonumber(ARGV[2])
if not ageMs and now - session.touchedAt < touchMs then return {} end
local usedAt = now - (ageMs or 0)
-- Another use was recorded meanwhile: no moment goes back.
if usedAt <= session.touchedAt then return {} end
local before = bucketOf(deadlineOf(session, touchMs))
touchSession(keys, session, usedAt, touchMs)
return { before, bucketOf(deadlineOf(session, touchMs)) }
