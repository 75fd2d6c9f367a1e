-- The limit of a user's live sessions, judged in the script that creates one: exact under any number of logins at once.

-- The user's live sessions, each with its keys and device type.
local function liveSessionsOf(index, now, touchMs)
  local live = {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', index, '(' .. text(now), '+inf')) do
    local keys = keysOf(sessionKeyOf(index, id))
    local session = liveSession(keys, now, touchMs)
    if session then
      live[#live + 1] = { keys = keys, session = session, deviceType = redis.call('HGET', keys.session, 'd') or 'unknown' }
    end
  end
  return live
end

-- Whether a session was opened on the device with one of these hashes: a login from there replaces it.
local function isOnDevice(keys, deviceHashes)
  local hash = deviceHashes ~= '' and redis.call('HGET', keys.session, 'dh')
  return hash and string.find(deviceHashes, ',' .. hash .. ',', 1, true)
end

-- Whether `a` gives way before `b`.
local function givesWayBefore(policy)
  local moment = policy == 'evict-idle' and 'touchedAt' or 'createdAt'
  return function(a, b)
    if a.session[moment] ~= b.session[moment] then return a.session[moment] < b.session[moment] end
    return a.keys.id < b.keys.id
  end
end

-- Who has to end for a new session: { { keys, session } … }, or nil and the limit that denies it.
--   limits  deviceType of the new one, max, maxOfType or nil, policy; who ends in any case: endKey, or '', and those on the
--           device with one of the deviceHashes (',a,b,'), or ''
local function whoGivesWay(index, now, touchMs, limits)
  -- The index holds all live sessions and perhaps dead ones: below the limit nobody has to be looked at.
  local most = math.min(limits.max, limits.maxOfType or limits.max)
  if limits.endKey == '' and limits.deviceHashes == '' and redis.call('ZCOUNT', index, '(' .. text(now), '+inf') < most then return {} end

  local ending, staying, ofType = {}, {}, 0
  for _, entry in ipairs(liveSessionsOf(index, now, touchMs)) do
    local endsAnyway = entry.keys.session == limits.endKey or isOnDevice(entry.keys, limits.deviceHashes)
    local side = endsAnyway and ending or staying
    side[#side + 1] = entry
  end
  for _, entry in ipairs(staying) do
    if entry.deviceType == limits.deviceType then ofType = ofType + 1 end
  end
  local overType = limits.maxOfType and ofType - limits.maxOfType + 1 or 0
  local overAll = #staying - limits.max + 1
  if limits.policy == 'deny' then
    if overAll > 0 then return nil, 'max' end
    if overType > 0 then return nil, 'maxOfType' end
    return ending
  end

  table.sort(staying, givesWayBefore(limits.policy))
  local function makeRoom(count, deviceType)
    for _, entry in ipairs(staying) do
      if count > 0 and not entry.ends and (not deviceType or entry.deviceType == deviceType) then
        entry.ends, count = true, count - 1
        ending[#ending + 1] = entry
      end
    end
  end
  -- Who ends for the limit of the type leaves room among all.
  local before = #ending
  makeRoom(overType, limits.deviceType)
  makeRoom(overAll - (#ending - before))
  return ending
end
