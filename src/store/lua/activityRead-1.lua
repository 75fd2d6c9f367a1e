-- The history of a user, with what has expired meanwhile.
--   Flags: allow-oom
--   Includes: session, long-text, activity, ending
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 limits of the history, see includes/activity.lua, 2 key of a session in this slot, or ''
--   Reply    { 1 if that session is the user's, now (ms), entry … }, newest first

local now, userId = nowMs(), string.match(KEYS[1], '^[^{]*{%x+}:(.*)$')
keepHistory(ARGV[1])
trimIndex(KEYS[1], now)

local entries = redis.call('LRANGE', activityKeyOf(KEYS[1]), 0, historyLimits.entries - 1)
local isOwn = 0
if ARGV[2] ~= '' then
  local keys = keysOf(ARGV[2])
  local tombstone = redis.call('GET', keys.ended)
  local owner = redis.call('HGET', keys.session, 'u') or tombstone and string.match(tombstone, ' u=(.*)$')
  if owner == userId then isOwn = 1 end
end
return { isOwn, text(now), unpack(entries) }
