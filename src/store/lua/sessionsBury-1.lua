-- Buries sessions of a user that have expired without anybody looking, up to 16 of them: for the background walk.
--   Flags: allow-oom
--   Includes: session, index, members, long-text, end-all, history, revoked, burial
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 limits of the history, see includes/history.lua
--   Reply    how many

return openBurial(ARGV[1]).trimIndex(KEYS[1])
