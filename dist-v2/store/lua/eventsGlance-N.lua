-- Of which users there may be something that eventsWatch has not said: those whose log has another last entry than is known, and those with a session that may have ended. A quarter of what that costs.
--   Flags: no-writes
--   KEYS[1] … of each user: user-events:{tag}:<user id>, not-before:{tag}, session:{tag}<28 hex> of each session; on a Cluster all of one slot
--   ARGV     of each user: user id, how many sessions, id of the last entry that is known
--   Reply    the places of these users, from 1
--   What happens by itself is not looked for: eventsWatch has said when deadlines and graces end, and what ended everybody's sessions every instance knows.

-- As isAlive in includes/session.lua, without the clock. That a record has lost other fields is noticed by the next look, within a minute.
local function mayHaveEnded(sessionKey, notBefore)
  local f = redis.call('HMGET', sessionKey, 'c', 'k')
  local createdAt = tonumber(f[1])
  if not createdAt then return true end
  return createdAt <= notBefore and (f[2] and createdAt + f[2] or 0) < notBefore
end

local function hasChanged(from, userId, count, newest)
  local last = redis.call('LINDEX', KEYS[from], -1)
  if not last or string.match(last, '^%d+') ~= newest then return true end
  local notBefore = tonumber(redis.call('HGET', KEYS[from + 1], userId) or 0)
  for i = from + 2, from + 1 + count do
    if mayHaveEnded(KEYS[i], notBefore) then return true end
  end
  return false
end

local changed, from = {}, 1
for user = 1, #ARGV / 3 do
  local count = tonumber(ARGV[3 * user - 1])
  local isKnown, isSo = pcall(hasChanged, from, ARGV[3 * user - 2], count, ARGV[3 * user])
  -- What is damaged is a matter for eventsWatch.
  if not isKnown or isSo then changed[#changed + 1] = user end
  from = from + 2 + count
end
return changed
