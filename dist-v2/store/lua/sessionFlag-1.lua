-- Notes that a session is used from elsewhere than before: one event for each change, not for each request.
--   Flags: allow-oom
--   Includes: session, long-text, end-all, history
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 binding that the request shows, 3 'w': it counts from now on; 'q': it waits for the password,
--            4 signals that have changed, comma-separated, 5 packed IP address or '', 6 limits of the history, see includes/history.lua
--   Reply    1; 0 if the change was noted before, or the session is not alive
--   What counts leaves the place before in `q`: who comes and goes between two places, as a phone with two networks does, is noted once.

local keys, touchMs = keysOf(KEYS[1]), touchOf(ARGV[1])
local session = liveSession(keys, nowMs(), touchMs)
if not session then return 0 end
local known = redis.call('HGET', keys.session, 'q')
if ARGV[3] == 'w' then
  if session.binding == ARGV[2] then return 0 end
  redis.call('HSET', keys.session, 'w', ARGV[2], 'q', session.binding)
  announceChange(keys)
else
  redis.call('HSET', keys.session, 'q', ARGV[2])
end
if known == ARGV[2] then return 0 end
openHistory(ARGV[6]).recordFlagged(keys, session.userId, ARGV[4], ARGV[5])
return 1
