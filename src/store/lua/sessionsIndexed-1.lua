-- The sessions of a user whose deadlines are to come, as the index has them, soonest deadline first: up to 1,000, so that no call blocks Redis for long.
-- If there are few, what a list shows of each too, so that their list is one call.
--   Flags: no-writes
--   Includes: session, index, members, end-all, long-text, place, describe
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 how many to leave out, 2 how many are few, 3 touch interval (ms)
--   Reply    { how many there are, members in one text (see includes/index.lua), not-before (ms), 28 hex of the session that was kept through it or '',
--            description of each, see includes/describe.lua, nil if it is not alive; none at all if they are not few }

local now = nowMs()
local from = '(' .. text(now)
local members = redis.call('ZRANGEBYSCORE', KEYS[1], from, '+inf', 'LIMIT', ARGV[1], 1000)
if #members == 0 then return { 0, '', '0', '', {} } end
local function keysOfMember(member) return keysOf(sessionKeyOf(KEYS[1], hexOf(member))) end

local endAll = lastEndAll(keysOfMember(members[1]), userIdOf(KEYS[1]))
local count, descriptions = redis.call('ZCOUNT', KEYS[1], from, '+inf'), {}
if count <= tonumber(ARGV[2]) then
  for i, member in ipairs(members) do descriptions[i] = describeLive(keysOfMember(member), now, tonumber(ARGV[3])) end
end
return { count, table.concat(members), text(endAll.notBefore), endAll.kept, descriptions }
