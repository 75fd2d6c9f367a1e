-- What a user's devices are told while they listen (docs/live-events.md): a list a user, oldest entry first, which is there while somebody listens or listened lately
-- (eventsWatch). Nobody else costs more than one look whether it is.
-- An entry: `<id> <28 hex of the session that it is about> <type> <JSON object with what more there is to say>`. Ids are the time (ms), or one more than the one before.
-- The first entry says up to where something may be missing: behind its id nothing is.

local MOST_EVENTS = 128

local function eventLogKey(keys, userId) return keys.prefix .. 'user-events:{' .. keys.tag .. '}:' .. userId end

-- The number of an entry.
local function eventIdOf(entry) return tonumber(string.match(entry, '^%d+') or 0) end

local told = {}

-- Tells those who listen to a user of what happened to the session of `keys`; `payload` is a JSON object, or '' for nothing more. That of `data.changed` begins with its scope.
local function tellEvent(keys, userId, type, payload)
  local log = eventLogKey(keys, userId)
  local last = redis.pcall('LINDEX', log, -1)
  -- No list that is damaged keeps a session from ending.
  if not last or last.err then return end
  local id = math.max(nowMs(), eventIdOf(last) + 1)
  local count = redis.call('RPUSH', log, text(id) .. ' ' .. keys.hex .. ' ' .. type .. ' ' .. (payload == '' and '{}' or payload))
  if count > MOST_EVENTS then redis.call('LTRIM', log, -MOST_EVENTS, -1) end
  if told[userId] then return end
  told[userId] = true
  redis.pcall('PUBLISH', keys.prefix .. 'session-changes:events', keys.tag .. ':' .. userId)
end
