-- What there is for those who listen to users: whether their sessions are alive, which is no use of them, and what was told behind a position.
--   Flags: allow-oom
--   Includes: session, events
--   Rarely: openBurial of index, members, long-text, end-all, history, revoked, burial
--   KEYS[1] … of each user: user-events:{tag}:<user id>, user-presence:{tag}:<user id>, session:{tag}<28 hex> of each session; on a Cluster all of one slot
--   ARGV     1 touch interval, see includes/session.lua, 2 limits of the history, see includes/history.lua, 3 how long the log and the presence are kept (ms), 4 the instance that asks, 5 grace (ms),
--            then of each user: how many sessions, position behind which entries are asked for, '' for none, what is to be kept for so long from now on: 'log', 'presence' (both), or ''
--   Reply    of each user: { { verdict of each session }, id of the first entry, id of the last one, entry … }; 0 and no entry if its log is damaged, or none of the sessions alive and none there. A verdict is
--            { now, idle deadline, end, absolute deadline, idle, absolute lifetime (ms), generation, until when the one before it is good (ms) } alive;
--            { reason } not, '' if it is not known any more; nil if its record is damaged
--   The log begins with the first who asks and is alive, so that a deleted account has none: a log that is lost begins anew, and whoever asks for a position that it does not have sees that.

local now, touchMs, life, instance, graceMs = nowMs(), touchOf(ARGV[1]), ARGV[3], ARGV[4], tonumber(ARGV[5])

local function verdictOf(keys)
  local session = readSession(keys)
  if not session then
    local tombstone = redis.call('GET', keys.prefix .. 'ended:{' .. keys.tag .. '}' .. keys.hex)
    return { tombstone and string.match(tombstone, ' r=(%S+)') or '' }
  end
  if not isAlive(keys, session, now, touchMs) then return { (openBurial(ARGV[2]).causeOfDeath(keys, session, touchMs)) } end
  local idleDeadline = math.min(math.max(session.touchedAt + session.idle, session.extendedUntil), session.absolute)
  return {
    text(now), text(idleDeadline), text(deadlineOf(session, touchMs)), text(session.absolute), text(session.idle), text(session.absolute - session.createdAt),
    text(session.generation), text(session.advancedAt + graceMs)
  }
end

-- What was told, and how far.
local function readLog(log, after, keeps, isListened)
  local last = redis.call('LINDEX', log, -1)
  if not last then
    if not isListened then return '0', '0', {} end
    last = text(now) .. ' - open {}'
    redis.call('RPUSH', log, last)
    redis.call('PEXPIRE', log, life)
  end
  if keeps ~= '' then redis.call('PEXPIRE', log, life) end
  local entries = {}
  if after and eventIdOf(last) > after then
    for _, entry in ipairs(redis.call('LRANGE', log, 0, -1)) do
      if eventIdOf(entry) > after then entries[#entries + 1] = entry end
    end
  end
  return text(eventIdOf(redis.call('LINDEX', log, 0))), text(eventIdOf(last)), entries
end

local function keepPresence(presence, living)
  if #living > 0 then redis.call('HSET', presence, unpack(living)) end
  redis.call('PEXPIRE', presence, life)
end

-- What is damaged keeps nothing else from being told: neither a log the end of a session, nor a record that of another.
local function watch(from, count, after, keeps)
  local verdicts, living = {}, {}
  for i = 1, count do
    local keys = keysOf(KEYS[from + 1 + i])
    local isJudged, verdict = pcall(verdictOf, keys)
    verdicts[i] = isJudged and verdict
    if isJudged and #verdict > 1 then living[#living + 1], living[#living + 2] = keys.hex .. ' ' .. instance, '1' end
  end
  if keeps == 'presence' then pcall(keepPresence, KEYS[from + 1], living) end
  local isRead, oldest, newest, entries = pcall(readLog, KEYS[from], after, keeps, #living > 0)
  if not isRead then return { verdicts, '0', '0' } end
  return { verdicts, oldest, newest, unpack(entries) }
end

local replies, from, argument = {}, 1, 6
while from <= #KEYS do
  local count = tonumber(ARGV[argument])
  replies[#replies + 1] = watch(from, count, tonumber(ARGV[argument + 1]), ARGV[argument + 2])
  from, argument = from + 2 + count, argument + 3
end
return replies
