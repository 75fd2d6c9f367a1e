-- What happened to a user's sessions: one list a user, newest first. What is left of those that have ended: burial.lua.
--
-- An entry of the list is `<number> <age> <event> <28 hex of the session>` and ` <name>=<value>` for each detail. The number is the time (ms) when it was
-- written, or one more than that of the entry before; the age says how long before that it happened. Values have no spaces.
-- A tombstone is the details alone. Names: at endedAt, r reason, a actor (public id of the session that did it), c createdAt, t touchedAt, g generation,
-- e extended until, x absolute lifetime (ms), k data key (once for each), m further keys, n how often, f former public id, s signals of the binding, q limit that denied and its number, l lifetime profile, ip packed address,
-- b packed user agent, wi packed address of who proved the password, wb their packed user agent, u user id (in a tombstone, last: it may hold spaces).
--   Includes: events

local function endedKey(keys) return keys.prefix .. 'ended:{' .. keys.tag .. '}' .. keys.hex end
local function activityKey(keys, userId) return keys.prefix .. 'user-activity:{' .. keys.tag .. '}:' .. userId end

local function detail(name, value)
  if not value or value == '' then return '' end
  return ' ' .. name .. '=' .. value
end

-- Longer user agents are not worth their place in a history.
local function agentDetail(packed, name)
  return #packed <= 192 and detail(name or 'b', packed) or ''
end

-- Opens the history. Its verbs exist only in scripts that have something to tell, so that others do not pay for them.
-- `limits` is '<most entries>,<retention of the list (ms)>,<retention of a tombstone (ms)>'.
local function openHistory(limits)
  local entries, retention, tombstoneLife = string.match(limits, '^(%d+),(%d+),(%d+)$')
  local now = nowMs()
  -- Numbers of the newest entries of the lists that this script has written to; false for one that is damaged, or must not be.
  local newest = {}
  local history = { entries = tonumber(entries), tombstoneLife = tonumber(tombstoneLife) }

  local function numberOf(entry)
    return tonumber(string.match(entry or '', '^%d+') or 0)
  end

  -- The number of the newest entry, or false. What is too old goes now.
  local function openList(key)
    local first = redis.pcall('LINDEX', key, 0)
    if type(first) == 'table' then return false end
    for _ = 1, 10 do
      local last = redis.call('LINDEX', key, -1)
      if not last or numberOf(last) >= now - retention then break end
      redis.call('RPOP', key)
    end
    return numberOf(first)
  end

  -- Whose account is deleted has no history; a login that was under way must not begin another one.
  local function isGone(keys, userId)
    local cause = redis.pcall('HGET', causeKey(keys), userId)
    return type(cause) == 'string' and string.find(cause, 'account_deleted ', 1, true) == 1
  end

  -- Adds events of sessions of one user: { { hex, at (ms), name, details } … }. A list that is damaged keeps no session from ending.
  -- Of who has not logged in there is none: nobody could look at it, and anybody could have them made.
  function history.recordAll(keys, userId, events)
    if isAnonymous(userId) then return end
    local key = activityKey(keys, userId)
    local isOpen = newest[key] ~= nil
    if not isOpen then newest[key] = not isGone(keys, userId) and openList(key) end
    if not newest[key] then return end

    local entries = {}
    for i, event in ipairs(events) do
      local number = math.max(now, event.at, newest[key] + 1)
      newest[key] = number
      entries[i] = text(number) .. ' ' .. text(number - event.at) .. ' ' .. event.name .. ' ' .. event.hex .. event.details
    end
    local length = redis.call('LPUSH', key, unpack(entries))
    if length > history.entries then redis.call('LTRIM', key, 0, history.entries - 1) end
    if not isOpen then redis.call('PEXPIRE', key, retention) end
  end

  -- Adds one event of the session of `keys`, which happened at `at` (ms).
  function history.record(keys, userId, at, event, details)
    history.recordAll(keys, userId, { { hex = keys.hex, at = at, name = event, details = details } })
  end

  function history.recordCreated(keys, userId, createdAt, absolute, lifetime, address, packedAgent)
    history.record(keys, userId, createdAt, 'created', detail('x', absolute) .. detail('l', lifetime) .. detail('ip', address) .. agentDetail(packedAgent))
    tellEvent(keys, userId, 'device.joined', '')
  end

  -- The session goes on under another id; what happened to it before is under the former one. Says from where, and again how it began.
  function history.recordReauthenticated(keys, session, formerId, address, packedAgent)
    local f = redis.call('HMGET', keys.session, 'f', 'b', 'l')
    history.record(keys, session.userId, now, 'reauthenticated',
      detail('f', formerId) .. detail('wi', address) .. agentDetail(packedAgent, 'wb') .. detail('c', text(session.createdAt)) .. detail('x', text(session.absolute - session.createdAt)) ..
      detail('l', f[3]) .. detail('ip', f[1]) .. agentDetail(wholeText(keys.session, 'b', f[2])))
    tellEvent(keys, session.userId, 'session.rotated', '{"formerSessionId":"' .. formerId .. '"}')
  end

  -- A login that the limit of sessions denied; the session is the one that it would have opened.
  function history.recordLimited(keys, userId, limit, max, address, packedAgent)
    history.record(keys, userId, now, 'limited', detail('q', limit .. ':' .. max) .. detail('ip', address) .. agentDetail(packedAgent))
  end

  -- Takes the last event of that kind of the session out of the ten newest and returns its details, or nil: of what one session can do again and
  -- again there is one event, so that nobody washes everything else out of the list.
  local function takeLast(keys, userId, event)
    local key = activityKey(keys, userId)
    for _, entry in ipairs(redis.pcall('LRANGE', key, 0, 9)) do
      local details = string.match(entry, '^%d+ %d+ ' .. event .. ' ' .. keys.hex .. '( .*)$')
      if details then
        redis.call('LREM', key, 1, entry)
        return details
      end
    end
    return nil
  end

  local function timesAfter(details)
    return (tonumber(string.match(details or '', ' n=(%d+)')) or 0) + 1
  end

  -- `n` of an event that says how often only from the second time on.
  local function timesIfRepeated(before)
    return before and text((tonumber(string.match(before, ' n=(%d+)')) or 1) + 1)
  end

  function history.recordRotated(keys, userId, generation)
    local repeated = timesIfRepeated(takeLast(keys, userId, 'rotated'))
    history.record(keys, userId, now, 'rotated', detail('n', repeated) .. detail('g', generation))
    tellEvent(keys, userId, 'session.rotated', '{"generation":' .. generation .. '}')
  end

  -- It is used from elsewhere: `signals` are those that have changed, comma-separated. After three such events in a row of ten it is one that counts.
  function history.recordFlagged(keys, userId, signals, address)
    local own, times = ' flagged ' .. keys.hex .. ' ', 0
    for _, entry in ipairs(redis.pcall('LRANGE', activityKey(keys, userId), 0, 9)) do
      if string.find(entry, own, 1, true) then times = times + 1 end
    end
    local repeated = timesIfRepeated(times > 2 and takeLast(keys, userId, 'flagged'))
    history.record(keys, userId, now, 'flagged', detail('n', repeated) .. detail('s', signals) .. detail('ip', address))
    tellEvent(keys, userId, 'session.flagged', '{"signals":["' .. signals:gsub(',', '","') .. '"]}')
  end

  function history.recordExtended(keys, userId, extendedUntil)
    local times = timesAfter(takeLast(keys, userId, 'extended'))
    history.record(keys, userId, now, 'extended', detail('n', text(times)) .. detail('e', text(extendedUntil)))
  end

  -- Changes of data: which keys, never their values; those changed last come first.
  function history.recordChange(keys, userId, names)
    local before = takeLast(keys, userId, 'data_changed')
    local more, seen, all = tonumber(string.match(before or '', ' m=(%d+)')) or 0, {}, {}
    for _, name in ipairs(names) do all[#all + 1] = name end
    for name in string.gmatch(before or '', ' k=(%S+)') do all[#all + 1] = name end
    local named = ''
    for _, name in ipairs(all) do
      if not seen[name] then
        seen[name] = true
        if #named + #name > 256 then more = more + 1 else named = named .. detail('k', name) end
      end
    end
    history.record(keys, userId, now, 'data_changed', detail('n', text(timesAfter(before))) .. named .. detail('m', more > 0 and text(more) or ''))
  end

  -- What was written down of the user of that index.
  function history.entriesOf(indexKey)
    return redis.call('LRANGE', (indexKey:gsub('user%-sessions:{', 'user-activity:{', 1)), 0, history.entries - 1)
  end

  return history
end
