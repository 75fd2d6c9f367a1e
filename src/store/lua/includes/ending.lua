-- The end of a session: what goes, and what stays of it for lists and the history. Every end passes here, once.

-- Leaves a tombstone and one `ended` event. What is known of the session beyond its end is in `details`.
local function bury(keys, userId, at, reason, actor, details)
  local cause = detail('r', reason) .. detail('a', actor)
  local left = at + historyLimits.tombstone - nowMs()
  if left > 0 then
    redis.call('SET', keys.ended, 'at=' .. text(at) .. cause .. details .. detail('u', userId), 'PX', text(left), 'NX')
  end
  if userId then record(keys, userId, at, 'ended', cause) end
end

-- Deletes everything of a session, for that reason; `actor` is the public id of the session that ended it, or ''.
-- Returns the bucket that it was counted in, or '' if it was not counted.
local function endSession(keys, session, touchMs, reason, actor, at)
  local f = redis.call('HMGET', keys.session, 'ip', 'b', 'l')
  local agent = agentDetail(wholeText(keys.session, 'b', f[2]))
  redis.call('DEL', keys.session, keys.data)
  if session.userId then redis.call('ZREM', keys.index .. session.userId, keys.id) end

  local known = detail('l', f[3]) .. detail('ip', f[1]) .. agent
  if not session.broken then
    known = detail('c', text(session.createdAt)) .. detail('t', text(session.touchedAt)) .. detail('g', text(session.generation)) .. known
  end
  bury(keys, session.userId, at or nowMs(), reason, actor, known)
  if session.broken then return '' end
  return bucketOf(deadlineOf(session, touchMs))
end

-- The same for one that is dead already: why, and since when, can still be told.
local function endDead(keys, session, now, touchMs)
  local reason, actor, at = causeOfDeath(keys, session, now, touchMs)
  return endSession(keys, session, touchMs, reason, actor, at)
end

-- How each session of a user began, as far as the list goes back: by 28 hex, the details of `created` and when that was.
local function openingsOf(listKey)
  local openings = {}
  local entries = redis.pcall('LRANGE', listKey, 0, -1)
  for _, entry in ipairs(entries) do
    local number, age, hex, details = string.match(entry, '^(%d+) (%d+) created (%x+)(.*)$')
    if hex then openings[hex] = { createdAt = number - age, details = details } end
  end
  return openings
end

-- Buries a session that Redis let expire before anybody looked: all that is left is its place in the index.
local function buryExpired(keys, userId, deadline, opening)
  local known, reason, actor, at = '', 'expired', '', deadline
  if opening then
    reason = opening.createdAt + tonumber(string.match(opening.details, ' x=(%d+)') or 0) <= deadline and 'expired_absolute' or 'expired_idle'
    local notBefore = tonumber(redis.call('HGET', keys.notBefore, userId) or 0)
    if opening.createdAt <= notBefore and notBefore < deadline and not isKept(keys, userId) then
      reason, actor = causeOfEndAll(keys, userId)
      at = notBefore
    end
    known = detail('c', text(opening.createdAt)) .. (opening.details:gsub(' x=%d+', ''))
  end
  redis.call('ZREM', keys.index .. userId, keys.id)
  bury(keys, userId, at, reason, actor, known)
end

-- Takes up to 100 sessions that have expired out of an index and buries them.
local function trimIndex(indexKey, now)
  local over = redis.call('ZRANGEBYSCORE', indexKey, '-inf', text(now), 'WITHSCORES', 'LIMIT', 0, 100)
  if #over == 0 then return end
  local userId = string.match(indexKey, '^[^{]*{%x+}:(.*)$')
  local openings
  for i = 1, #over, 2 do
    local keys = keysOf(sessionKeyOf(indexKey, over[i]))
    -- A record that is still there is judged by whoever uses it.
    if redis.call('EXISTS', keys.session) == 0 then
      openings = openings or openingsOf(keys.activity .. userId)
      buryExpired(keys, userId, tonumber(over[i + 1]), openings[keys.hex])
    end
  end
end
