-- What is left of a session that has ended: a tombstone, and one `ended` event in its user's history. Every end passes here, once.

-- The history (history.lua), with the verbs of scripts that end sessions.
local function openBurial(limits)
  local history, now = openHistory(limits), nowMs()

  -- The reason of the user's last end-all, the public id of the session that asked for it or '', and the 28 hex of the one that was kept or ''.
  local function causeOfEndAll(keys, userId)
    local reason, actor, kept = string.match(redis.call('HGET', causeKey(keys), userId) or '', '^(%S+) (%S*) (%x*)$')
    return reason or 'ended_all', actor or '', kept or ''
  end

  -- Leaves a tombstone and one `ended` event. What is known of the session beyond its end is in `details`.
  -- End-alls within one millisecond are told apart by moments that are still to come: those are now.
  local function bury(keys, userId, moment, reason, actor, details)
    local at = math.min(moment, now)
    local cause = detail('r', reason) .. detail('a', actor)
    local left = at + history.tombstoneLife - now
    if left > 0 then
      redis.call('SET', endedKey(keys), 'at=' .. text(at) .. cause .. details .. detail('u', userId), 'PX', text(left), 'NX')
    end
    if userId then history.record(keys, userId, at, 'ended', cause) end
  end

  -- Deletes everything of a session, for that reason; `actor` is the public id of the session that ended it, or ''. `at` is when, if not now.
  -- Returns the bucket that it was counted in, or '' if it was not counted.
  function history.endSession(keys, session, touchMs, reason, actor, at)
    local f = redis.call('HMGET', keys.session, 'f', 'b', 'l')
    local known = detail('l', f[3]) .. detail('ip', f[1]) .. agentDetail(wholeText(keys.session, 'b', f[2]))
    redis.call('DEL', keys.session, keys.data)
    announceChange(keys)
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

  -- How each session of a user began, as far as the list goes back: by 28 hex, what its first event says and when it was opened.
  local openings
  local function openingOf(keys, userId)
    if not openings then
      openings = {}
      for _, entry in ipairs(redis.pcall('LRANGE', activityKey(keys, userId), 0, -1)) do
        local number, age, event, hex, details = string.match(entry, '^(%d+) (%d+) (%l+) (%x+)(.*)$')
        if event == 'created' then openings[hex] = { createdAt = number - age, details = details } end
        if event == 'reauthenticated' then
          openings[hex] = { createdAt = tonumber(string.match(details, ' c=(%d+)') or number), details = details:gsub(' [fc]=%S+', '') }
        end
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

  return history
end

local function tombstoneOf(keys)
  return redis.call('GET', endedKey(keys))
end
