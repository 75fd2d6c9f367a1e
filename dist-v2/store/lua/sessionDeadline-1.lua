-- The bucket that a session is counted in: for the recount.
--   Flags: no-writes
--   Includes: session
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua
--   Reply    bucket; nil if there is no session, or its deadline is over
--   One that a not-before has ended is counted until it is deleted: whoever deletes it takes it out.

local session, touchMs = readSession(keysOf(KEYS[1])), touchOf(ARGV[1])
if not session or session.broken then return nil end
local deadline = deadlineOf(session, touchMs)
return nowMs() < deadline and bucketOf(deadline)
