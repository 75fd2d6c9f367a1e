-- Judges a credential whose MAC is good, and records the use at most once a touch interval.
--   Flags: allow-oom
--   Includes: session, long-text, history
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 generation, 2 secret digest, 3 grace (ms), 4 touch interval (ms), 5 limits of the history, see includes/history.lua
--   Reply    { 1, user id, profile (JSON), createdAt, touchedAt, idle, absolute, extended until (ms)
--              [, old bucket, new bucket] } alive; buckets if moved
--            { 0 } not alive; { 0, old bucket } not alive and now deleted
--   A higher generation than the stored one proves that the store is behind: it advances and starts the predecessor's grace.
--   The direct predecessor after its grace, or anything older, is reuse: the session ends.

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), tonumber(ARGV[4])
local session = readSession(keys)
if not session then return { 0 } end
if not isAlive(keys, session, now, touchMs) then return { 0, openHistory(ARGV[5]).endDead(keys, session, touchMs) } end
if session.secretDigest ~= ARGV[2] then return { 0 } end

local generation = tonumber(ARGV[1])
if generation > session.generation then
  redis.call('HSET', keys.session, 'g', ARGV[1], 'r', text(now))
  openHistory(ARGV[5]).recordRotated(keys, session.userId, ARGV[1])
elseif generation < session.generation then
  local graceEnds = tonumber(redis.call('HGET', keys.session, 'r') or 0) + tonumber(ARGV[3])
  if generation < session.generation - 1 or now >= graceEnds then
    return { 0, openHistory(ARGV[5]).endSession(keys, session, touchMs, 'reuse_detected', '') }
  end
end

local reply = {
  1, session.userId, wholeText(keys.session, 'p', session.profile),
  text(session.createdAt), text(session.touchedAt), text(session.idle), text(session.absolute),
  text(session.extendedUntil)
}
if now - session.touchedAt >= touchMs then
  local before = bucketOf(deadlineOf(session, touchMs))
  touchSession(keys, session, now, touchMs)
  reply[5] = text(now)
  reply[9], reply[10] = before, bucketOf(deadlineOf(session, touchMs))
end
return reply
