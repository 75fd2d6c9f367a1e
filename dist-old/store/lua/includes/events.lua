-- What a user's devices are told while they listen (docs/live-events.md): a list a user, oldest entry first, which is there while somebody listens or listened lately
-- (eventsWatch). Nobody else costs more than one look whether it is.
-- An entry: `<id> <28 hex of the session that it is about> <type> <JSON object with what more there is to say>`. Ids are the time (ms), or one more than the one before.
-- The first entry says up to where something may be missing: behind its id nothing is.

-- As many are kept behind the first entry, or all that one script tells if these are more: a change of data is told whole.
local MOST_EVENTS = 128

local function eventLogKey(keys, userId) return keys.prefix .. 'user-events:{' .. keys.tag .. '}:' .. userId end

-- The number of an entry.
local function eventIdOf(entry) return tonumber(string.match(entry, '^%d+') or 0) end

-- How many events this script has told each user.
local told = {}

-- Tells those who listen to a user of what happened to the session of `keys`; `payload` is a JSON object, or '' for nothing more. That of `data.changed` begins with its scope.
-- If the last one said the same of the same session up to `outdates`, with which the payload begins, this one takes its place: progress does not push everything else out of the log.
-- Answers with its id; nothing if nobody listens.
local function tellEvent(keys, userId, type, payload, outdates)
  local log = eventLogKey(keys, userId)
  local last = redis.pcall('LINDEX', log, -1)
  -- No list that is damaged keeps a session from ending.
  if not last or last.err then return end
  told[userId] = (told[userId] or 0) + 1
  local id = text(math.max(nowMs(), eventIdOf(last) + 1))
  local entry = id .. ' ' .. keys.hex .. ' ' .. type .. ' ' .. (payload == '' and '{}' or payload)
  local before = outdates and ' ' .. keys.hex .. ' ' .. type .. ' ' .. outdates
  if before and string.find(last, before, 1, true) == string.find(last, ' ', 1, true) then
    redis.call('LSET', log, -1, entry)
  elseif redis.call('RPUSH', log, entry) > MOST_EVENTS + 1 then
    redis.call('LTRIM', log, -math.max(MOST_EVENTS, told[userId]) - 1, -1)
  end
  if told[userId] == 1 then redis.pcall('PUBLISH', keys.prefix .. 'session-changes:events', keys.tag .. ':' .. userId) end
  return id
end
