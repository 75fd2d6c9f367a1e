-- What a list shows of one session.
--   Flags: no-writes
--   Includes: session, long-text, place, describe
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval (ms)
--   Reply    description, see includes/describe.lua; nil if the session is not alive

local keys = keysOf(KEYS[1])
local session = liveSession(keys, nowMs(), tonumber(ARGV[1]))
return session and describe(keys, session)
