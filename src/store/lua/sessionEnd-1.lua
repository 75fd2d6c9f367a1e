-- Ends one session of a user.
--   Flags: allow-oom
--   Includes: session
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 user id, 2 touch interval (ms)
--   Reply    { 1, bucket } ended; { 0 } not alive or another user's; { 0, bucket } dead already and now deleted

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), tonumber(ARGV[2])
local session = readSession(keys)
if not session or session.userId ~= ARGV[1] then return { 0 } end
local alive = isAlive(keys, session, now, touchMs)
return { alive and 1 or 0, endSession(keys, session, touchMs) }
