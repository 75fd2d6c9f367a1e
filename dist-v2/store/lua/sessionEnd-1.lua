-- Ends one session of a user.
--   Flags: allow-oom
--   Includes: session, index, members, long-text, end-all, history, revoked, user-data, channels, burial
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 user id, 2 touch interval, see includes/session.lua, 3 limits of the history, see includes/history.lua,
--            4 reason, 5 public id of the session that ends it, or ''
--   Reply    { 1, bucket } ended; { 0 } not alive or another user's; { 0, bucket } dead already and now deleted

-- Another user's is no more work than one that never was: time does not tell which it is.
if redis.call('HGET', KEYS[1], 'u') ~= ARGV[1] then return { 0 } end

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[2])
local session = readSession(keys)
local history = openBurial(ARGV[3])
if not isAlive(keys, session, now, touchMs) then return { 0, history.endDead(keys, session, touchMs) } end
return { 1, history.endSession(keys, session, touchMs, ARGV[4], ARGV[5]) }
