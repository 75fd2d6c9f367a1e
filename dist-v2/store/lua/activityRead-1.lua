-- The history of a user, with what has expired meanwhile.
--   Flags: allow-oom
--   Includes: session, index, members, long-text, end-all, history, revoked, user-data, channels, burial
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 limits of the history, see includes/history.lua, 2 key of a session in this slot, or '', 3 touch interval, see includes/session.lua
--   Reply    { 1 if that session is the user's, now (ms), entry … }, newest first

touchOf(ARGV[3])
local history = openBurial(ARGV[1])
history.trimIndex(KEYS[1])

local isOwn = 0
if ARGV[2] ~= '' then
  local keys = keysOf(ARGV[2])
  local tombstone = tombstoneOf(keys)
  local owner = redis.call('HGET', keys.session, 'u') or tombstone and string.match(tombstone, ' u=(.*)$')
  if owner == userIdOf(KEYS[1]) then isOwn = 1 end
end
return { isOwn, text(nowMs()), unpack(history.entriesOf(KEYS[1])) }
