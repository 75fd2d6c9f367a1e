-- Deletes a slice of what a user's not-before has ended.
--   Flags: allow-oom
--   Includes: session, index, members, long-text, end-all, history, revoked, user-data, channels, burial
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 position to start at, 2 slice size, 3 touch interval, see includes/session.lua, 4 limits of the history, see includes/history.lua
--   Reply    { members seen, members that stay, bucket of each session that was deleted … }

local now, touchMs = nowMs(), touchOf(ARGV[3])
local userId, history = userIdOf(KEYS[1]), openBurial(ARGV[4])
local members = redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[1] + ARGV[2] - 1, 'WITHSCORES')
local staying, endings, expired, lost = 0, {}, {}, {}
for i = 1, #members, 2 do
  local member, deadline = members[i], tonumber(members[i + 1])
  local keys = keysOf(sessionKeyOf(KEYS[1], hexOf(member)))
  local session = readSession(keys)
  if session and isAlive(keys, session, now, touchMs) then
    staying = staying + 1
  elseif session then
    -- A damaged record may not say whose it was.
    session.userId = session.userId or userId
    endings[#endings + 1] = history.deadEndingOf(keys, session, touchMs)
  elseif deadline <= now then
    expired[#expired + 1] = { keys = keys, member = member, deadline = deadline }
  else
    lost[#lost + 1] = member
  end
end

local reply = { #members / 2, staying }
for _, ending in ipairs(endings) do reply[#reply + 1] = ending.bucket end
for _, ending in ipairs(history.expiredEndingsOf(userId, expired)) do endings[#endings + 1] = ending end
history.bury(endings)
if #lost > 0 then redis.call('ZREM', KEYS[1], unpack(lost)) end
return reply
