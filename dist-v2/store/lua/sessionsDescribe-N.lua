-- What a list shows of sessions.
--   Flags: no-writes
--   Includes: session, describe
--   KEYS[1] … session:{tag}<28 hex> of each, all of one slot
--   ARGV     1 touch interval, see includes/session.lua
--   Reply    of each: its record, field after field; nil if the session is not alive; an error if the record is damaged in a way that Redis refuses

local records, now, touchMs = {}, nowMs(), touchOf(ARGV[1])
for i, key in ipairs(KEYS) do
  local isRead, record = pcall(describeLive, keysOf(key), now, touchMs)
  if not isRead then record = { err = type(record) == 'table' and record.err or tostring(record) } end
  records[i] = record
end
return records
