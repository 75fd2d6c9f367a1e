-- The sessions of a user that have ended, as long as there is a tombstone.
--   Flags: allow-oom
--   Includes: session, index, members, long-text, end-all, history, revoked, user-data, channels, burial
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 limits of the history, see includes/history.lua, 2 touch interval, see includes/session.lua
--   Reply    { public id, tombstone … }, see includes/history.lua; newest first

touchOf(ARGV[2])
local history = openBurial(ARGV[1])
history.trimIndex(KEYS[1])

local reply = {}
for _, entry in ipairs(history.entriesOf(KEYS[1])) do
  local hex = string.match(entry, '^%d+ %d+ ended (%x+)')
  local keys = hex and keysOf(sessionKeyOf(KEYS[1], hex))
  local tombstone = keys and tombstoneOf(keys)
  if tombstone then reply[#reply + 1], reply[#reply + 2] = idOf(keys), tombstone end
end
return reply
