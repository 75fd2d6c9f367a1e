-- Buries sessions of a user that have expired without anybody looking, up to 16 of them: for the background walk.
--   Flags: allow-oom
--   Includes: session, index, members, long-text, end-all, history, revoked, user-data, channels, burial
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 limits of the history, see includes/history.lua, 2 touch interval, see includes/session.lua
--   Reply    how many

touchOf(ARGV[2])
return openBurial(ARGV[1]).trimIndex(KEYS[1])
