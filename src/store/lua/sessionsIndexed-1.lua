-- The sessions of a user whose deadlines are to come, as the index has them, soonest deadline first: up to 1,000, so that no call blocks Redis for long.
--   Flags: no-writes
--   Includes: session, index, end-all
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 how many to leave out
--   Reply    { how many there are, members in one text (see includes/index.lua), not-before (ms), 28 hex of the session that was kept through it or '' }

local from = '(' .. text(nowMs())
local members = redis.call('ZRANGEBYSCORE', KEYS[1], from, '+inf', 'LIMIT', ARGV[1], 1000)
if #members == 0 then return { 0, '', '0', '' } end
local endAll = lastEndAll(keysOf(sessionKeyOf(KEYS[1], hexOf(members[1]))), userIdOf(KEYS[1]))
return { redis.call('ZCOUNT', KEYS[1], from, '+inf'), table.concat(members), text(endAll.notBefore), endAll.kept }
