-- What happened to a user's sessions: one list a user, newest first, and a tombstone for each session that has ended.
--
-- An entry of the list is `<number> <age> <event> <28 hex of the session>` and ` <name>=<value>` for each detail. The number is the time (ms) when it was
-- written, or one more than that of the entry before; the age says how long before that it happened. Values have no spaces.
-- A tombstone is the details alone. Names: at endedAt, r reason, a actor (public id of the session that did it), c createdAt, t touchedAt, g generation,
-- e extended until, x absolute lifetime (ms), k data key (once for each), m further keys, n how often, l lifetime profile, ip address,
-- b packed user agent, u user id (in a tombstone, last: it may hold spaces).

-- What is kept, as the script was told: most entries, retention of the list (ms), retention of a tombstone (ms).
local historyLimits

local function keepHistory(limits)
  local entries, retention, tombstone = string.match(limits, '^(%d+),(%d+),(%d+)$')
  historyLimits = { entries = tonumber(entries), retention = tonumber(retention), tombstone = tonumber(tombstone) }
end

-- One detail, or '' if there is nothing to say.
local function detail(name, value)
  if not value or value == '' then return '' end
  return ' ' .. name .. '=' .. value
end

-- Longer user agents are not worth their place in a history.
local function agentDetail(packed)
  return #packed <= 192 and detail('b', packed) or ''
end

local function numberOf(entry)
  return tonumber(string.match(entry or '', '^%d+') or 0)
end

-- Adds one event of the session of `keys`, which happened at `at` (ms). A list that is damaged keeps no session from ending.
local function record(keys, userId, at, event, details)
  local key, now = keys.activity .. userId, nowMs()
  local newest = redis.pcall('LINDEX', key, 0)
  if type(newest) == 'table' then return end

  local number = math.max(now, at, numberOf(newest) + 1)
  local entry = text(number) .. ' ' .. text(number - at) .. ' ' .. event .. ' ' .. keys.hex .. details
  local length = redis.call('LPUSH', key, entry)
  if length > historyLimits.entries then redis.call('LTRIM', key, 0, historyLimits.entries - 1) end
  -- One in, one out is enough: what is too old and still there is not shown.
  if numberOf(redis.call('LINDEX', key, -1)) < now - historyLimits.retention then redis.call('RPOP', key) end
  redis.call('PEXPIRE', key, text(historyLimits.retention))
end

-- A change of data: which keys, never their values. Changes of the same keys in a row are one entry that says how many there were,
-- so that a playback position does not wash everything else out of the list.
local function recordChange(keys, userId, now, names)
  local named = ''
  for i, name in ipairs(names) do
    if #named + #name > 256 then
      named = named .. detail('m', text(#names - i + 1))
      break
    end
    named = named .. detail('k', name)
  end
  local times = 1
  local newest = redis.pcall('LRANGE', keys.activity .. userId, 0, 9)
  for _, entry in ipairs(newest) do
    local count, same = string.match(entry, '^%d+ %d+ data_changed ' .. keys.hex .. ' n=(%d+)( .*)$')
    if same == named then
      times = count + 1
      redis.call('LREM', keys.activity .. userId, 1, entry)
      break
    end
  end
  record(keys, userId, now, 'data_changed', ' n=' .. text(times) .. named)
end
