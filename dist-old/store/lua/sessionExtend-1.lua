-- Lets a session stay unused for longer than its idle timeout, once, never past its absolute deadline.
--   Includes: session, index, long-text, end-all, history
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 how long from now (ms), 3 limits of the history, see includes/history.lua
--   Reply    { now, createdAt, touchedAt, idle, absolute, extended until, authenticatedAt (ms), old bucket, new bucket }; nil if the session is not alive
--   Asked again within a second it is the same extension; one that ends sooner than that which holds changes nothing.
--   Errors   refused by Redis at maxmemory before anything is written

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1])
local session = liveSession(keys, now, touchMs)
if not session then return nil end

local before = bucketOf(deadlineOf(session, touchMs))
local extendedUntil = math.min(now + tonumber(ARGV[2]), session.absolute)
if extendedUntil - session.extendedUntil >= 1000 then
  session.extendedUntil = extendedUntil
  redis.call('HSET', keys.session, 'e', since(session, extendedUntil))
  moveDeadline(keys, session, touchMs)
  announceChange(keys)
  openHistory(ARGV[3]).recordExtended(keys, session.userId, extendedUntil)
end
return {
  text(now), text(session.createdAt), text(session.touchedAt), text(session.idle), text(session.absolute),
  text(session.extendedUntil), text(session.authenticatedAt), before, bucketOf(deadlineOf(session, touchMs))
}
