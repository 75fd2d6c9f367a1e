-- The sessions of a user that have ended, as long as there is a tombstone.
--   Flags: allow-oom
--   Includes: session, long-text, activity, ending
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 limits of the history, see includes/activity.lua
--   Reply    { public id, tombstone … }, see includes/activity.lua; newest first

keepHistory(ARGV[1])
trimIndex(KEYS[1], nowMs())

local reply, tag = {}, string.match(KEYS[1], '{(%x+)}')
for _, entry in ipairs(redis.call('LRANGE', activityKeyOf(KEYS[1]), 0, -1)) do
  local hex = string.match(entry, '^%d+ %d+ ended (%x+)')
  local keys = hex and keysOf(sessionKeyOf(KEYS[1], tag .. hex))
  local tombstone = keys and redis.call('GET', keys.ended)
  if tombstone then reply[#reply + 1], reply[#reply + 2] = keys.id, tombstone end
end
return reply
