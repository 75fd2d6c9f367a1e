-- The sessions of a user whose deadlines are to come, as the index has them, soonest deadline first: up to 1,000, so that no call blocks Redis for long.
-- If there are few, what a list shows of each too, so that their list is one call.
--   Flags: no-writes
--   Includes: session, members, end-all, describe
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 how many to leave out, 2 how many are few, 3 touch interval (ms)
--   Reply    { how many there are, members in one text (see includes/index.lua), not-before (ms), 28 hex of the session that was kept through it or '',
--            the record of each, field after field, nil if it is not alive; none at all if they are not few }

local now = nowMs()
local from = '(' .. text(now)
local members = redis.call('ZRANGEBYSCORE', KEYS[1], from, '+inf', 'LIMIT', ARGV[1], 1000)
if #members == 0 then return { 0, '', '0', '', {} } end

local beside = sessionKeyOf(KEYS[1], '')
local function sessionKey(member) return beside .. hexOf(member) end
local endAll = lastEndAll(keysOf(sessionKey(members[1])), userIdOf(KEYS[1]))
local count, records, touchMs = redis.call('ZCOUNT', KEYS[1], from, '+inf'), {}, tonumber(ARGV[3])
if count <= tonumber(ARGV[2]) then
  for i, member in ipairs(members) do records[i] = describeLive({ session = sessionKey(member) }, now, touchMs, endAll.notBefore) end
end
return { count, table.concat(members), text(endAll.notBefore), endAll.kept, records }
