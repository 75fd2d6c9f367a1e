-- Deletes a slice of what a user's not-before has ended.
--   Flags: allow-oom
--   Includes: session
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 position to start at, 2 slice size, 3 touch interval (ms)
--   Reply    { members seen, members that stay, bucket of each session that was deleted … }

local now, touchMs = nowMs(), tonumber(ARGV[3])
local ids = redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[1] + ARGV[2] - 1)
local reply = { #ids, 0 }
for _, id in ipairs(ids) do
  local keys = keysOf(sessionKeyOf(KEYS[1], id))
  local session = readSession(keys)
  if session and isAlive(keys, session, now, touchMs) then
    reply[2] = reply[2] + 1
  else
    if session then reply[#reply + 1] = endSession(keys, session, touchMs) end
    redis.call('ZREM', KEYS[1], id)
  end
end
return reply
