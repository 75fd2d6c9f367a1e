-- The sessions of a user whose deadlines are to come, as the index has them, those with the soonest first, and what a list shows of those of a page of it.
-- Up to 250, so that no call blocks Redis for long. With more there are no records, and the newest may be in another call. That begins with the deadline of the
-- last one again: deadlines only move away, so what is alive all the time is in one of the calls, unless more than that have one deadline and move meanwhile.
-- A record takes as long as eight members do: where members and page together would take longer than 1,000 members, there are no records either, and who asks reads the page in slices.
--   Flags: no-writes
--   Includes: session, members, end-all
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 the deadline to begin with, or '' for those that are to come, 2 how many of these to leave out, 3 how many the page shows, the newest,
--            4 by the rank (src/store/index-members.ts) that none of them is over, 5 touch interval, see includes/session.lua,
--            6 the letter of their device type, or ''
--   Reply    { how many these are, members in one text (see includes/index.lua), the deadline of the last one if that is not all, or '', not-before (ms), 28 hex of the session that was
--            kept through it or '', of each of the first members, which are those of the page, as far as the reply has room, the record, field after field, nil if it is not alive or none that Redis reads; one that is damaged otherwise as it is }

-- The one of `count` numbers that has the place `nth` among them, from the smallest; puts them into another order (Hoare's selection: no sort of them all).
local function smallestOf(numbers, count, nth)
  local low, high = 1, count
  while low < high do
    local pivot, i, j = numbers[nth], low, high
    while i <= j do
      while numbers[i] < pivot do i = i + 1 end
      while numbers[j] > pivot do j = j - 1 end
      if i <= j then
        numbers[i], numbers[j] = numbers[j], numbers[i]
        i, j = i + 1, j - 1
      end
    end
    if j < nth then low = i end
    if i > nth then high = j end
  end
  return numbers[nth]
end

-- Puts the newest of those that are alive by the index first, and says how many these are: `most`, and who has the rank of the last or of `notOver`, which
-- is not enough to say who of them is newer. Numbers are sorted: members would be by the rules of a language.
local function putNewestFirst(members, most, notOver, letter, endAll)
  local ranks, candidates, count, least, chosen = {}, {}, 0, 0, 0
  local byte, notBefore, letterByte = string.byte, endAll.notBefore, letter:byte()
  for i = 1, #members do
    local member = members[i]
    -- As createdAtOf reads it, in less than half the time of struct.unpack.
    local a, b, c, d, e, f, g, h = byte(member, 1, 8)
    local createdAt = ((((a * 256 + b) * 256 + c) * 256 + d) * 256 + e) * 256 + f
    local rank = createdAt * 1024 + g * 4 + (h - h % 64) / 64
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
    least = smallestOf(candidates, count, count - most + 1)
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

local MOST = 250

-- Names and values of records in one reply: a hundred usual ones have fewer. What is beyond, because profiles are long, is read in slices by who asks.
local MOST_TEXTS = 3200

touchOf(ARGV[5])
local from = ARGV[1] == '' and '(' .. text(nowMs()) or ARGV[1]
local members = redis.call('ZRANGEBYSCORE', KEYS[1], from, '+inf', 'LIMIT', ARGV[2], MOST)
local beside = sessionKeyOf(KEYS[1], '')
local endAll = lastEndAll(keysOf(beside .. string.rep('0', 28)), userIdOf(KEYS[1]))
if #members == 0 then return { 0, '', '', text(endAll.notBefore), endAll.kept, {} } end

local count = redis.call('ZCOUNT', KEYS[1], from, '+inf') - ARGV[2]
local last = count > #members and redis.call('ZRANGEBYSCORE', KEYS[1], from, '+inf', 'WITHSCORES', 'LIMIT', ARGV[2] + MOST - 1, 1)[2] or ''
local records, most, texts = {}, tonumber(ARGV[3]), 0
if most > 0 and ARGV[1] == '' and count == #members and count + 8 * most <= 1000 then
  for i = 1, putNewestFirst(members, most, tonumber(ARGV[4]), ARGV[6], endAll) do
    -- The index has judged it: its deadline is that of the record, and what was ended with all others is none of these.
    local fields = createdAtOf(members[i]) > everybodyBefore and redis.pcall('HGETALL', beside .. hexOf(members[i])) or {}
    records[i] = fields[1] and fields or false
    texts = texts + #fields
    if texts > MOST_TEXTS then break end
  end
end
return { #members, table.concat(members), last, text(endAll.notBefore), endAll.kept, records }
