-- Who ends for a new session: judged in the script that creates it, so exact under any number of logins at once.

-- The user's live sessions, each with its keys, device type and the hash of its device id.
local function liveSessionsOf(index, now, touchMs)
  local live = {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', index, '(' .. text(now), '+inf')) do
    local keys = keysOf(sessionKeyOf(index, id))
    local session = liveSession(keys, now, touchMs)
    if session then
      local f = redis.call('HMGET', keys.session, 'd', 'dh')
      live[#live + 1] = { keys = keys, session = session, deviceType = f[1] or 'unknown', deviceId = f[2] }
    end
  end
  return live
end

-- Whether `a` gives way before `b`.
local function givesWayBefore(policy)
  local moment = policy == 'evict-idle' and 'touchedAt' or 'createdAt'
  return function(a, b)
    if a.session[moment] ~= b.session[moment] then return a.session[moment] < b.session[moment] end
    return a.keys.id < b.keys.id
  end
end

-- Why a session ends for the new one whatever the limit is, or nil.
local function reasonToEnd(entry, wishes)
  if entry.deviceId and string.find(wishes.deviceIds, ',' .. entry.deviceId .. ',', 1, true) then return 'replaced' end
  if entry.keys.session == wishes.replacedKey then return 'replaced' end
  if entry.keys.session == wishes.endKey then return 'ended_by_user' end
  return nil
end

-- Who has to end for a new session: { { keys, session, reason } … }, or nil and the limit that denies it.
--   wishes  deviceType of the new one, max, maxOfType or nil, policy; endKey: one that ends in any case, or ''; replacedKey: one in whose place it comes, or '';
--           deviceIds: hashes of its device id (',a,b,'), whose sessions it replaces, or ''
local function whoGivesWay(index, now, touchMs, wishes)
  -- The index holds all live sessions and perhaps dead ones: below the limit nobody has to be looked at.
  local most = math.min(wishes.max, wishes.maxOfType or wishes.max)
  local isPlain = wishes.endKey == '' and wishes.replacedKey == '' and wishes.deviceIds == ''
  if isPlain and redis.call('ZCOUNT', index, '(' .. text(now), '+inf') < most then return {} end

  local ending, staying, ofType = {}, {}, 0
  for _, entry in ipairs(liveSessionsOf(index, now, touchMs)) do
    entry.reason = reasonToEnd(entry, wishes)
    if entry.reason then
      ending[#ending + 1] = entry
    else
      staying[#staying + 1] = entry
      if entry.deviceType == wishes.deviceType then ofType = ofType + 1 end
    end
  end
  local overType = wishes.maxOfType and ofType - wishes.maxOfType + 1 or 0
  local overAll = #staying - wishes.max + 1
  if wishes.policy == 'deny' then
    if overAll > 0 then return nil, 'max' end
    if overType > 0 then return nil, 'maxOfType' end
    return ending
  end

  table.sort(staying, givesWayBefore(wishes.policy))
  local function makeRoom(count, deviceType)
    for _, entry in ipairs(staying) do
      if count > 0 and not entry.reason and (not deviceType or entry.deviceType == deviceType) then
        entry.reason, count = 'evicted', count - 1
        ending[#ending + 1] = entry
      end
    end
  end
  -- Who ends for the limit of the type leaves room among all.
  local before = #ending
  makeRoom(overType, wishes.deviceType)
  makeRoom(overAll - (#ending - before))
  return ending
end
