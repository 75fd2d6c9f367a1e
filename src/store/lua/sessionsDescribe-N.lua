-- What a list shows of sessions.
--   Flags: no-writes
--   Includes: session, describe
--   KEYS[1] … session:{tag}<28 hex> of each, all of one slot
--   ARGV     1 touch interval (ms)
--   Reply    of each: its record, field after field; nil if the session is not alive

local records, now = {}, nowMs()
for i, key in ipairs(KEYS) do records[i] = describeLive(keysOf(key), now, tonumber(ARGV[1])) end
return records
