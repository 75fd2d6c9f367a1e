-- Notes that a session is used from elsewhere than before: one event for each change, not for each request.
--   Flags: allow-oom
--   Includes: session, long-text, history
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval (ms), 2 binding that the request shows, 3 'w': it counts from now on; 'q': it waits for the password,
--            4 signals that have changed, comma-separated, 5 IP address or '', 6 limits of the history, see includes/history.lua
--   Reply    1; 0 if the change was noted before, or the session is not alive

local keys, touchMs = keysOf(KEYS[1]), tonumber(ARGV[1])
local session = liveSession(keys, nowMs(), touchMs)
if not session or redis.call('HGET', keys.session, ARGV[3]) == ARGV[2] then return 0 end
redis.call('HSET', keys.session, ARGV[3], ARGV[2])
openHistory(ARGV[6]).recordFlagged(keys, session.userId, ARGV[4], ARGV[5])
return 1
