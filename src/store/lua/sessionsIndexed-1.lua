-- The sessions of a user whose deadlines are to come, as the index has them, and what a list shows of those of a page of it.
-- Up to 1,000, so that no call blocks Redis for long. With more there are no records, and those with the soonest deadline come first: the newest may be in another call.
--   Flags: no-writes
--   Includes: session, members, end-all
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 how many to leave out, those with the soonest deadlines, 2 how many the page shows, the newest of those that are left,
--            3 by the rank (src/store/index-members.ts) that none of them is over, 4 touch interval, see includes/session.lua,
--            5 the letter of their device type, or ''
--   Reply    { how many there are, members in one text (see includes/index.lua), not-before (ms), 28 hex of the session that was kept through it or '',
--            of each of the first members, which are those of the page, the record, field after field, nil if it is not alive; a damaged one as it is }

-- Puts the newest of those that are alive by the index first, and says how many these are: `most`, and who has the rank of the last or of `notOver`, which
-- is not enough to say who of them is newer. Numbers are sorted: members would be by the rules of a language.
local function putNewestFirst(members, most, notOver, letter, endAll)
  local ranks, candidates, count, least, chosen = {}, {}, 0, 0, 0
  local partsOf, notBefore, letterByte = struct.unpack, endAll.notBefore, letter:byte()
  for i = 1, #members do
    local member = members[i]
    local createdAt, first = partsOf('>I6I2', member)
    local rank = createdAt * 1024 + (first - first % 64) / 64
    if rank <= notOver and (not letterByte or member:byte(21) == letterByte) and (createdAt > notBefore or hexOf(member) == endAll.kept) then
      ranks[i] = rank
      if rank < notOver then
        count = count + 1
        candidates[count] = rank
      end
    else
      ranks[i] = -1
    end
  end
  if count > most then
    table.sort(candidates)
    least = candidates[count - most + 1]
  end
  for i = 1, #members do
    if ranks[i] >= least then
      chosen = chosen + 1
      members[i], members[chosen] = members[chosen], members[i]
      ranks[i], ranks[chosen] = ranks[chosen], ranks[i]
    end
  end
  return chosen
end

touchOf(ARGV[4])
local from = '(' .. text(nowMs())
local members = redis.call('ZRANGEBYSCORE', KEYS[1], from, '+inf', 'LIMIT', ARGV[1], 1000)
if #members == 0 then return { 0, '', '0', '', {} } end

local beside = sessionKeyOf(KEYS[1], '')
local endAll = lastEndAll(keysOf(beside .. hexOf(members[1])), userIdOf(KEYS[1]))
local count, records, most = redis.call('ZCOUNT', KEYS[1], from, '+inf'), {}, tonumber(ARGV[2])
if most > 0 and count == #members then
  for i = 1, putNewestFirst(members, most, tonumber(ARGV[3]), ARGV[5], endAll) do
    -- The index has judged it: its deadline is that of the record, and what was ended with all others is none of these.
    local fields = createdAtOf(members[i]) > everybodyBefore and redis.call('HGETALL', beside .. hexOf(members[i])) or {}
    records[i] = fields[1] and fields or false
  end
end
return { count, table.concat(members), text(endAll.notBefore), endAll.kept, records }
