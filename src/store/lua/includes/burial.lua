-- What is left of a session that has ended: a tombstone, and one `ended` event in its user's history. Every end passes here, once.

-- As many as are taken out of an index in one call, so that none blocks Redis for long.
local MOST_BURIED = 16

-- The history (history.lua), with the verbs of scripts that end sessions.
local function openBurial(limits)
  local history, now, endAlls = openHistory(limits), nowMs(), {}

  -- The user's last end-all, read once a script.
  local function endAllOf(keys, userId)
    endAlls[userId] = endAlls[userId] or lastEndAll(keys, userId)
    return endAlls[userId]
  end

  -- What is known of the session beyond its end is in `details`. End-alls within one millisecond are told apart by moments that are still to come:
  -- those are now.
  local function leaveTombstone(ending)
    local left = ending.at + history.tombstoneLife - now
    -- Nobody could look at what is left of who has not logged in, and anybody could have it made.
    if left <= 0 or isAnonymous(ending.userId or '') then return end
    redis.call('SET', endedKey(ending.keys), 'at=' .. text(ending.at) .. ending.cause .. ending.details .. detail('u', ending.userId), 'PX', text(left), 'NX')
  end

  local function causeText(reason, actor) return detail('r', reason) .. detail('a', actor) end

  -- The end of a session whose record is there, for that reason; `actor` is the public id of the session that ended it, or ''. `at` is when, if not now.
  function history.endingOf(keys, session, touchMs, reason, actor, at)
    local f = redis.call('HMGET', keys.session, 'f', 'b', 'l')
    local known = detail('l', f[3]) .. detail('ip', f[1]) .. agentDetail(wholeText(keys.session, 'b', f[2]))
    local ending = {
      keys = keys, userId = session.userId, isStored = true, bucket = '', at = math.min(at or now, now), reason = reason, cause = causeText(reason, actor), details = known,
      -- What died before others could know for themselves.
      revoked = not at and reason
    }
    if session.broken then
      ending.member = session.userId and findMember(keys.index .. session.userId, keys.hex) or nil
      return ending
    end
    ending.member, ending.bucket = memberOf(keys, session), bucketOf(deadlineOf(session, touchMs))
    ending.details = detail('c', text(session.createdAt)) .. detail('t', text(session.touchedAt)) .. detail('g', text(session.generation)) .. known
    return ending
  end

  -- Why a record that is not alive is dead: reason, actor or '', and since when (ms).
  function history.causeOfDeath(keys, session, touchMs)
    if session.broken then return 'broken', '', now end
    local deadline, endAll = deadlineOf(session, touchMs), endAllOf(keys, session.userId)
    if session.createdAt <= endAll.notBefore and session.keptAt < endAll.notBefore and endAll.notBefore < deadline then
      return endAll.reason, endAll.actor, endAll.notBefore
    end
    return deadline == session.absolute and 'expired_absolute' or 'expired_idle', '', deadline
  end

  -- The end of one that is dead already: why, and since when, can still be told.
  function history.deadEndingOf(keys, session, touchMs)
    local reason, actor, at = history.causeOfDeath(keys, session, touchMs)
    return history.endingOf(keys, session, touchMs, reason, actor, at)
  end

  -- How sessions of a user began, as far as the list goes back: by 28 hex, the details of the event that says so.
  local function openingsOf(keys, userId, wanted)
    local openings = {}
    for _, entry in ipairs(redis.pcall('LRANGE', activityKey(keys, userId), 0, -1)) do
      local event, hex = string.match(entry, '^%d+ %d+ (%l+) (%x+)')
      if wanted[hex] and (event == 'created' or event == 'reauthenticated') then
        openings[hex] = string.match(entry, '^%d+ %d+ %l+ %x+(.*)$'):gsub(' [fc]=%S+', ''):gsub(' w[ib]=%S+', '')
      end
    end
    return openings
  end

  local function expiredEndingOf(keys, userId, member, deadline, opening)
    local createdAt, endAll = createdAtOf(member), endAllOf(keys, userId)
    local reason, actor, at = 'expired', '', deadline
    if createdAt <= endAll.notBefore and endAll.notBefore < deadline and endAll.kept ~= keys.hex then
      reason, actor, at = endAll.reason, endAll.actor, endAll.notBefore
    elseif opening then
      local absolute = tonumber(string.match(opening, ' x=(%d+)') or 0)
      reason = createdAt + absolute <= deadline and 'expired_absolute' or 'expired_idle'
    end
    return {
      keys = keys, userId = userId, member = member, at = math.min(at, now), reason = reason, cause = causeText(reason, actor),
      details = detail('c', text(createdAt)) .. (opening or ''):gsub(' x=%d+', '')
    }
  end

  -- The ends of sessions that Redis let expire before anybody looked: all that is left of each is its place in the index, and how it began.
  function history.expiredEndingsOf(userId, expired)
    local endings, wanted, openings = {}, {}, nil
    for _, one in ipairs(expired) do wanted[one.keys.hex] = true end
    for i, one in ipairs(expired) do
      openings = openings or openingsOf(one.keys, userId, wanted)
      endings[i] = expiredEndingOf(one.keys, userId, one.member, one.deadline, openings[one.keys.hex])
    end
    return endings
  end

  -- Deletes everything of sessions that end, all of one user, or of nobody knows whom, and leaves a tombstone and an event of each.
  function history.bury(endings)
    local names, members, events = {}, {}, {}
    for _, ending in ipairs(endings) do
      if ending.isStored then names[#names + 1], names[#names + 2] = ending.keys.session, dataKey(ending.keys) end
      members[#members + 1] = ending.member
      events[#events + 1] = { hex = ending.keys.hex, at = ending.at, name = 'ended', details = ending.cause }
    end
    if #endings == 0 then return end

    local keys, userId = endings[1].keys, endings[1].userId
    if #names > 0 then redis.call('DEL', unpack(names)) end
    for _, ending in ipairs(endings) do
      leaveTombstone(ending)
      -- Of what was dead before nobody remembers that it was alive.
      if ending.revoked then
        announceChange(keys, ending.keys.hex)
        tellRevoked(keys.prefix, keys.tag, now, 's', ending.keys.hex, ending.revoked, userId)
      end
    end
    if not userId then return end
    if #members > 0 then redis.call('ZREM', keys.index .. userId, unpack(members)) end
    leaveUserData(keys, userId, now)
    history.recordAll(keys, userId, events)
    for _, ending in ipairs(endings) do tellEvent(ending.keys, userId, 'device.left', '{"reason":"' .. ending.reason .. '"}') end
    letGo(keys, userId, endings)
  end

  -- Ends one session. Returns the bucket that it was counted in, or '' if it was not counted.
  local function buryOne(ending)
    history.bury({ ending })
    return ending.bucket
  end

  function history.endSession(keys, session, touchMs, reason, actor) return buryOne(history.endingOf(keys, session, touchMs, reason, actor)) end

  function history.endDead(keys, session, touchMs) return buryOne(history.deadEndingOf(keys, session, touchMs)) end

  -- Takes sessions that have expired out of an index and buries them. Returns how many.
  function history.trimIndex(indexKey)
    local over, expired = redis.call('ZRANGEBYSCORE', indexKey, '-inf', text(now), 'WITHSCORES', 'LIMIT', 0, MOST_BURIED), {}
    for i = 1, #over, 2 do
      local keys = keysOf(sessionKeyOf(indexKey, hexOf(over[i])))
      -- A record that is still there is judged by whoever uses it.
      if redis.call('EXISTS', keys.session) == 0 then
        expired[#expired + 1] = { keys = keys, member = over[i], deadline = tonumber(over[i + 1]) }
      end
    end
    history.bury(history.expiredEndingsOf(userIdOf(indexKey), expired))
    return #expired
  end

  return history
end

local function tombstoneOf(keys)
  return redis.call('GET', endedKey(keys))
end
