-- Puts a new session in the place of one whose user has proven the password.
-- Another id and secret, generation 1; everything else moves along. The old id is gone in the same moment, so that of several callers
-- one succeeds and its credential opens nothing.
--   Includes: session, index, long-text, end-all, history, revoked, channels, follow
--   KEYS[1]  session:{tag}<28 hex> of the old session
--   KEYS[2]  session:{tag}<28 hex> of the new one, which does not exist
--   ARGV     1 touch interval, see includes/session.lua, 2 secret digest of the new session, 3 binding of the request, or '' to keep that of the session,
--            4 limits of the history, see includes/history.lua, 5 packed IP address, 6 packed user agent from where the password was proven
--   Reply    { old bucket, new bucket, lifetime profile ('' for the default one),
--              createdAt, touchedAt, idle, absolute, extended until, authenticatedAt (ms) }; nil if the old session is not alive
--   Errors   refused by Redis at maxmemory before anything is written

local old, new, now, touchMs = keysOf(KEYS[1]), keysOf(KEYS[2]), nowMs(), touchOf(ARGV[1])
local session = liveSession(old, now, touchMs)
if not session then return nil end
if redis.call('EXISTS', new.session) == 1 then return redis.error_reply('ERR session id is taken') end

-- Within one millisecond too, what is proven after an end-all is newer than it: by this moment others tell which tokens it has ended.
local provenAt = math.max(now, tonumber(redis.call('HGET', old.notBefore, session.userId) or 0) + 1, everybodyBefore + 1)
local before, index = bucketOf(deadlineOf(session, touchMs)), old.index .. session.userId
redis.call('RENAME', old.session, new.session)
if redis.call('EXISTS', dataKey(old)) == 1 then redis.call('RENAME', dataKey(old), dataKey(new)) end
redis.call('HSET', new.session, 's', ARGV[2], 'r', since(session, now), 't', since(session, provenAt))
redis.call('HDEL', new.session, 'g', 'q')
-- In this order, because an index without members loses its TTL.
redis.call('ZADD', index, text(deadlineOf(session, touchMs)), memberOf(new, session))
keepIndex(index, session)
redis.call('ZREM', index, memberOf(old, session))
followKept(old, new, session.userId)
if ARGV[3] ~= '' then redis.call('HSET', new.session, 'w', ARGV[3]) end
touchSession(new, session, now, touchMs)
announceChange(old, old.hex)
tellRevoked(old.prefix, old.tag, now, 's', old.hex, 'reauthenticated', session.userId)
openHistory(ARGV[4]).recordReauthenticated(new, session, idOf(old), ARGV[5], ARGV[6])
-- Others have been told under which id the session goes on, before they hear of that as a holder.
followHolder(old, new, session.userId)
return {
  before, bucketOf(deadlineOf(session, touchMs)), redis.call('HGET', new.session, 'l') or '',
  text(session.createdAt), text(now), text(session.idle), text(session.absolute), text(session.extendedUntil), text(provenAt)
}
