-- What is known of a session, alive or not. Reads only.
--   Flags: no-writes
--   Includes: session, index, members, long-text, end-all, history, revoked, user-data, channels, burial
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 limits of the history, see includes/history.lua
--   Reply    { 'alive', now, user id, createdAt, touchedAt, idle, absolute, extended until, authenticatedAt (ms), generation,
--                generation first used at or 0, not-before or 0, kept at or 0 (ms), 1 if it is guarded or 0, binding,
--                1 if it was used from elsewhere since the password was last proven, or 0 }
--            { 'dead', reason, actor or '', since (ms), then as above from now on } its record is still there
--            { 'broken' } its record cannot be read
--            { 'ended', tombstone } see includes/history.lua
--            { 'unknown' }

local keys, now, touchMs, history = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1]), openBurial(ARGV[2])
local session = readSession(keys)
if not session then
  local tombstone = tombstoneOf(keys)
  return tombstone and { 'ended', tombstone } or { 'unknown' }
end
if session.broken then return { 'broken' } end

local reply = { 'alive' }
if not isAlive(keys, session, now, touchMs) then
  local reason, actor, since = history.causeOfDeath(keys, session, touchMs)
  reply = { 'dead', reason, actor, text(since) }
end
local facts = {
  text(now), session.userId, text(session.createdAt), text(session.touchedAt), text(session.idle), text(session.absolute),
  text(session.extendedUntil), text(session.authenticatedAt), text(session.generation), session.generation > 1 and text(session.advancedAt) or '0',
  redis.call('HGET', keys.notBefore, session.userId) or '0', text(session.keptAt), redis.call('HGET', keys.session, 'y') or '0', session.binding,
  redis.call('HGET', keys.session, 'q') and '1' or '0'
}
for _, fact in ipairs(facts) do reply[#reply + 1] = fact end
return reply
