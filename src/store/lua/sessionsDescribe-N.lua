-- What a list shows of sessions.
--   Flags: no-writes
--   Includes: session, describe
--   KEYS[1] … session:{tag}<28 hex> of each, all of one slot
--   ARGV     1 touch interval, see includes/session.lua
--   Reply    of each: its record, field after field; nil if the session is not alive

local records, now, touchMs = {}, nowMs(), touchOf(ARGV[1])
for i, key in ipairs(KEYS) do records[i] = describeLive(keysOf(key), now, touchMs) end
return records
