-- What a list shows of sessions.
--   Flags: no-writes
--   Includes: session, long-text, place, describe
--   KEYS[1] … session:{tag}<28 hex> of each, all of one slot
--   ARGV     1 touch interval (ms)
--   Reply    of each: description, see includes/describe.lua; nil if the session is not alive

local descriptions, now = {}, nowMs()
for i, key in ipairs(KEYS) do
  local keys = keysOf(key)
  local session = liveSession(keys, now, tonumber(ARGV[1]))
  descriptions[i] = session and describe(keys, session) or false
end
return descriptions
