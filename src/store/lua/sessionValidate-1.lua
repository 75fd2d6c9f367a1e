-- Judges a credential whose MAC is good, and records the use at most once a touch interval.
--   Flags: allow-oom
--   Includes: session, long-text, history
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 generation, 2 secret digest, 3 grace (ms), 4 touch interval (ms), 5 age of a generation from which it is to be rotated (ms), 0: never,
--            6 limits of the history, see includes/history.lua
--   Reply    { 1, user id, profile (JSON), createdAt, touchedAt, idle, absolute, extended until, authenticatedAt (ms),
--              '1' if the client is to get the successor, or '', binding
--              [, old bucket, new bucket] } alive; buckets if moved
--            { 0 } not alive; { 0, old bucket } not alive and now deleted
--   A higher generation than the stored one proves that the store is behind: it advances and starts the predecessor's grace.
--   Only sessions that rotate by policy are told of it, also a predecessor in its grace: its client has not seen the successor yet.
--   The direct predecessor after its grace, or anything older, is reuse: the session ends.

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), tonumber(ARGV[4])
local session = readSession(keys)
if not session then return { 0 } end
if not isAlive(keys, session, now, touchMs) then return { 0, openHistory(ARGV[6]).endDead(keys, session, touchMs) } end
if session.secretDigest ~= ARGV[2] then return { 0 } end

local generation, rotateAfterMs = tonumber(ARGV[1]), tonumber(ARGV[5])
local isBehind = generation < session.generation
if generation > session.generation then
  session.advancedAt = now
  redis.call('HSET', keys.session, 'g', ARGV[1], 'r', text(now))
  openHistory(ARGV[6]).recordRotated(keys, session.userId, ARGV[1])
elseif isBehind and (generation < session.generation - 1 or now >= session.advancedAt + tonumber(ARGV[3])) then
  return { 0, openHistory(ARGV[6]).endSession(keys, session, touchMs, 'reuse_detected', '') }
end
local isDue = session.rotates and rotateAfterMs > 0 and (isBehind or now >= session.advancedAt + rotateAfterMs)

local reply = {
  1, session.userId, wholeText(keys.session, 'p', session.profile),
  text(session.createdAt), text(session.touchedAt), text(session.idle), text(session.absolute),
  text(session.extendedUntil), text(session.authenticatedAt), isDue and '1' or '', session.binding
}
if now - session.touchedAt >= touchMs then
  local before = bucketOf(deadlineOf(session, touchMs))
  touchSession(keys, session, now, touchMs)
  reply[5] = text(now)
  reply[12], reply[13] = before, bucketOf(deadlineOf(session, touchMs))
end
return reply
