-- What a list shows of sessions.
--   Flags: no-writes
--   Includes: session, long-text, place, describe
--   KEYS[1] … session:{tag}<28 hex> of each, all of one slot
--   ARGV     1 touch interval (ms)
--   Reply    of each: description, see includes/describe.lua; nil if the session is not alive

local descriptions, now = {}, nowMs()
for i, key in ipairs(KEYS) do descriptions[i] = describeLive(keysOf(key), now, tonumber(ARGV[1])) end
return descriptions
