-- What happened to a user's sessions: one list a user, newest first, and a tombstone for each session that has ended. Every end passes here, once.
--
-- An entry of the list is `<number> <age> <event> <28 hex of the session>` and ` <name>=<value>` for each detail. The number is the time (ms) when it was
-- written, or one more than that of the entry before; the age says how long before that it happened. Values have no spaces.
-- A tombstone is the details alone. Names: at endedAt, r reason, a actor (public id of the session that did it), c createdAt, t touchedAt, g generation,
-- e extended until, x absolute lifetime (ms), k data key (once for each), m further keys, n how often, f former public id, s signals of the binding, l lifetime profile, ip address,
-- b packed user agent, u user id (in a tombstone, last: it may hold spaces).

-- Opens the history. Its verbs exist only in scripts that have something to tell, so that others do not pay for them.
-- `limits` is '<most entries>,<retention of the list (ms)>,<retention of a tombstone (ms)>'.
local function openHistory(limits)
  local entries, retention, tombstoneLife = string.match(limits, '^(%d+),(%d+),(%d+)$')
  local now = nowMs()
  -- Numbers of the newest entries of the lists that this script has written to; false for one that is damaged, or must not be.
  local newest = {}
  local history = { entries = tonumber(entries) }

  local function endedKey(keys) return keys.prefix .. 'ended:{' .. keys.tag .. '}' .. keys.hex end
  local function causeKey(keys) return keys.prefix .. 'not-before-cause:{' .. keys.tag .. '}' end
  local function activityKey(keys, userId) return keys.prefix .. 'user-activity:{' .. keys.tag .. '}:' .. userId end

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

  -- The reason of the user's last end-all, the public id of the session that asked for it or '', and the 28 hex of the one that was kept or ''.
  local function causeOfEndAll(keys, userId)
    local reason, actor, kept = string.match(redis.call('HGET', causeKey(keys), userId) or '', '^(%S+) (%S*) (%x*)$')
    return reason or 'ended_all', actor or '', kept or ''
  end

  -- Whose account is deleted has no history; a login that was under way must not begin another one.
  local function isGone(keys, userId)
    local cause = redis.pcall('HGET', causeKey(keys), userId)
    return type(cause) == 'string' and string.find(cause, 'account_deleted ', 1, true) == 1
  end

  -- Adds one event of the session of `keys`, which happened at `at` (ms). A list that is damaged keeps no session from ending.
  function history.record(keys, userId, at, event, details)
    local key = activityKey(keys, userId)
    local isOpen = newest[key] ~= nil
    if not isOpen then newest[key] = not isGone(keys, userId) and openList(key) end
    if not newest[key] then return end

    local number = math.max(now, at, newest[key] + 1)
    newest[key] = number
    local entry = text(number) .. ' ' .. text(number - at) .. ' ' .. event .. ' ' .. keys.hex .. details
    local length = redis.call('LPUSH', key, entry)
    if length > history.entries then redis.call('LTRIM', key, 0, history.entries - 1) end
    if not isOpen then redis.call('PEXPIRE', key, retention) end
  end

  function history.recordCreated(keys, userId, createdAt, absolute, lifetime, address, packedAgent)
    history.record(keys, userId, createdAt, 'created', detail('x', absolute) .. detail('l', lifetime) .. detail('ip', address) .. agentDetail(packedAgent))
  end

  function history.recordRotated(keys, userId, generation)
    history.record(keys, userId, now, 'rotated', detail('g', generation))
  end

  -- The session goes on under another id; what happened to it before is under the former one.
  function history.recordReauthenticated(keys, userId, formerId)
    history.record(keys, userId, now, 'reauthenticated', detail('f', formerId))
  end

  -- It is used from elsewhere: `signals` are those that have changed, comma-separated.
  function history.recordFlagged(keys, userId, signals, address)
    history.record(keys, userId, now, 'flagged', detail('s', signals) .. detail('ip', address))
  end

  function history.recordExtended(keys, userId, extendedUntil)
    history.record(keys, userId, now, 'extended', detail('e', text(extendedUntil)))
  end

  -- A change of data: which keys, never their values. Changes of the same keys in a row are one entry that says how many there were,
  -- so that a playback position does not wash everything else out of the list.
  function history.recordChange(keys, userId, names)
    local named = ''
    for i, name in ipairs(names) do
      if #named + #name > 256 then
        named = named .. detail('m', text(#names - i + 1))
        break
      end
      named = named .. detail('k', name)
    end
    local times, key = 1, activityKey(keys, userId)
    for _, entry in ipairs(redis.pcall('LRANGE', key, 0, 9)) do
      local count, same = string.match(entry, '^%d+ %d+ data_changed ' .. keys.hex .. ' n=(%d+)( .*)$')
      if same == named then
        times = count + 1
        redis.call('LREM', key, 1, entry)
        break
      end
    end
    history.record(keys, userId, now, 'data_changed', detail('n', text(times)) .. named)
  end

  -- Leaves a tombstone and one `ended` event. What is known of the session beyond its end is in `details`.
  -- End-alls within one millisecond are told apart by moments that are still to come: those are now.
  local function bury(keys, userId, moment, reason, actor, details)
    local at = math.min(moment, now)
    local cause = detail('r', reason) .. detail('a', actor)
    local left = at + tombstoneLife - now
    if left > 0 then
      redis.call('SET', endedKey(keys), 'at=' .. text(at) .. cause .. details .. detail('u', userId), 'PX', text(left), 'NX')
    end
    if userId then history.record(keys, userId, at, 'ended', cause) end
  end

  -- Deletes everything of a session, for that reason; `actor` is the public id of the session that ended it, or ''. `at` is when, if not now.
  -- Returns the bucket that it was counted in, or '' if it was not counted.
  function history.endSession(keys, session, touchMs, reason, actor, at)
    local f = redis.call('HMGET', keys.session, 'ip', 'b', 'l')
    local known = detail('l', f[3]) .. detail('ip', f[1]) .. agentDetail(wholeText(keys.session, 'b', f[2]))
    redis.call('DEL', keys.session, keys.data)
    if session.userId then redis.call('ZREM', keys.index .. session.userId, keys.id) end

    if not session.broken then
      known = detail('c', text(session.createdAt)) .. detail('t', text(session.touchedAt)) .. detail('g', text(session.generation)) .. known
    end
    bury(keys, session.userId, at or now, reason, actor, known)
    if session.broken then return '' end
    return bucketOf(deadlineOf(session, touchMs))
  end

  -- Why a record that is not alive is dead: reason, actor or '', and since when (ms).
  function history.causeOfDeath(keys, session, touchMs)
    if session.broken then return 'broken', '', now end
    local deadline = deadlineOf(session, touchMs)
    local notBefore = tonumber(redis.call('HGET', keys.notBefore, session.userId) or 0)
    if session.createdAt <= notBefore and session.keptAt < notBefore and notBefore < deadline then
      local reason, actor = causeOfEndAll(keys, session.userId)
      return reason, actor, notBefore
    end
    return deadline == session.absolute and 'expired_absolute' or 'expired_idle', '', deadline
  end

  -- Ends one that is dead already: why, and since when, can still be told.
  function history.endDead(keys, session, touchMs)
    local reason, actor, at = history.causeOfDeath(keys, session, touchMs)
    return history.endSession(keys, session, touchMs, reason, actor, at)
  end

  -- How each session of a user began, as far as the list goes back: by 28 hex, the details of `created` and when that was.
  local openings
  local function openingOf(keys, userId)
    if not openings then
      openings = {}
      for _, entry in ipairs(redis.pcall('LRANGE', activityKey(keys, userId), 0, -1)) do
        local number, age, hex, details = string.match(entry, '^(%d+) (%d+) created (%x+)(.*)$')
        if hex then openings[hex] = { createdAt = number - age, details = details } end
      end
    end
    return openings[keys.hex]
  end

  -- Buries a session that Redis let expire before anybody looked: all that is left is its place in the index.
  function history.buryExpired(keys, userId, deadline)
    local opening, known = openingOf(keys, userId), ''
    local reason, actor, at = 'expired', '', deadline
    if opening then
      local absolute = tonumber(string.match(opening.details, ' x=(%d+)') or 0)
      reason = opening.createdAt + absolute <= deadline and 'expired_absolute' or 'expired_idle'
      local notBefore = tonumber(redis.call('HGET', keys.notBefore, userId) or 0)
      local why, who, kept = causeOfEndAll(keys, userId)
      if opening.createdAt <= notBefore and notBefore < deadline and kept ~= keys.hex then
        reason, actor, at = why, who, notBefore
      end
      known = detail('c', text(opening.createdAt)) .. opening.details:gsub(' x=%d+', '')
    end
    redis.call('ZREM', keys.index .. userId, keys.id)
    bury(keys, userId, at, reason, actor, known)
  end

  -- Takes up to 100 sessions that have expired out of an index and buries them. Returns how many.
  function history.trimIndex(indexKey)
    local buried = 0
    local over = redis.call('ZRANGEBYSCORE', indexKey, '-inf', text(now), 'WITHSCORES', 'LIMIT', 0, 100)
    for i = 1, #over, 2 do
      local keys = keysOf(sessionKeyOf(indexKey, over[i]))
      -- A record that is still there is judged by whoever uses it.
      if redis.call('EXISTS', keys.session) == 0 then
        history.buryExpired(keys, userIdOf(indexKey), tonumber(over[i + 1]))
        buried = buried + 1
      end
    end
    return buried
  end

  -- What was written down of the user of that index.
  function history.entriesOf(indexKey)
    return redis.call('LRANGE', (indexKey:gsub('user%-sessions:{', 'user-activity:{', 1)), 0, history.entries - 1)
  end

  function history.tombstoneOf(keys)
    return redis.call('GET', endedKey(keys))
  end

  return history
end
