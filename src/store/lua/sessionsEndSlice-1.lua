-- Deletes a slice of what a user's not-before has ended.
--   Flags: allow-oom
--   Includes: session, long-text, history, burial
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 position to start at, 2 slice size, 3 touch interval (ms), 4 limits of the history, see includes/history.lua
--   Reply    { members seen, members that stay, bucket of each session that was deleted … }

local now, touchMs = nowMs(), tonumber(ARGV[3])
local userId = userIdOf(KEYS[1])
local members = redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[1] + ARGV[2] - 1, 'WITHSCORES')
local reply = { #members / 2, 0 }
local history = openBurial(ARGV[4])
for i = 1, #members, 2 do
  local id, deadline = members[i], tonumber(members[i + 1])
  local keys = keysOf(sessionKeyOf(KEYS[1], id))
  local session = readSession(keys)
  if session and isAlive(keys, session, now, touchMs) then
    reply[2] = reply[2] + 1
  else
    if session then
      -- A damaged record may not say whose it was.
      session.userId = session.userId or userId
      reply[#reply + 1] = history.endDead(keys, session, touchMs)
    elseif deadline <= now then
      history.buryExpired(keys, userId, deadline)
    end
    redis.call('ZREM', KEYS[1], id)
  end
end
return reply
