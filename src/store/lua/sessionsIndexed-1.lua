-- The sessions of a user whose deadlines are to come, as the index has them, and what a list shows of those of a page of it.
-- Up to 1,000, so that no call blocks Redis for long. With more there are no records, and those with the soonest deadline come first: the newest may be in another call.
--   Flags: no-writes
--   Includes: session, members, end-all, describe
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 how many to leave out, those with the soonest deadlines, 2 how many the page shows, the newest of those that are left,
--            3 by the rank (src/store/index-members.ts) that none of them is over, 4 touch interval, see includes/session.lua,
--            5 the letter of their device type, or ''
--   Reply    { how many there are, members in one text (see includes/index.lua), not-before (ms), 28 hex of the session that was kept through it or '',
--            of each of the first members, which are those of the page, the record, field after field, nil if it is not alive }

-- Puts the newest of those that are alive by the index first, and says how many these are: `most`, and who has the rank of the last or of `notOver`, which
-- is not enough to say who of them is newer. Numbers are sorted: members would be by the rules of a language.
local function putNewestFirst(members, most, notOver, letter, endAll)
  local ranks, candidates, least, chosen = {}, {}, 0, 0
  for i, member in ipairs(members) do
    local createdAt, first = struct.unpack('>I6I2', member)
    local rank = createdAt * 1024 + math.floor(first / 64)
    ranks[i] = rank <= notOver and (letter == '' or member:sub(21, 21) == letter) and (createdAt > endAll.notBefore or hexOf(member) == endAll.kept) and rank or -1
    if ranks[i] >= 0 and rank < notOver then candidates[#candidates + 1] = rank end
  end
  if #candidates > most then
    table.sort(candidates)
    least = candidates[#candidates - most + 1]
  end
  for i, member in ipairs(members) do
    if ranks[i] >= least then
      chosen = chosen + 1
      members[i], members[chosen] = members[chosen], member
      ranks[i], ranks[chosen] = ranks[chosen], ranks[i]
    end
  end
  return chosen
end

local now, touchMs = nowMs(), touchOf(ARGV[4])
local from = '(' .. text(now)
local members = redis.call('ZRANGEBYSCORE', KEYS[1], from, '+inf', 'LIMIT', ARGV[1], 1000)
if #members == 0 then return { 0, '', '0', '', {} } end

local beside = sessionKeyOf(KEYS[1], '')
local endAll = lastEndAll(keysOf(beside .. hexOf(members[1])), userIdOf(KEYS[1]))
local count, records, most = redis.call('ZCOUNT', KEYS[1], from, '+inf'), {}, tonumber(ARGV[2])
if most > 0 and count == #members then
  for i = 1, putNewestFirst(members, most, tonumber(ARGV[3]), ARGV[5], endAll) do
    records[i] = describeLive({ session = beside .. hexOf(members[i]) }, now, touchMs, endAll.notBefore)
  end
end
return { count, table.concat(members), text(endAll.notBefore), endAll.kept, records }
