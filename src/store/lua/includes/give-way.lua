-- Who ends for a new session: judged in the script that creates it, so exact under any number of logins at once.

-- Sessions that `evict-idle` compares at most: reading when each was last used is what makes a login at the limit slow.
local MOST_COMPARED = 100

-- The `count` of `candidates` that come first, in that order. One is found without sorting the others.
local function firstOf(candidates, count, comesBefore)
  if count == 1 then
    local first = candidates[1]
    for _, candidate in ipairs(candidates) do
      if comesBefore(candidate, first) then first = candidate end
    end
    return { first }
  end
  table.sort(candidates, comesBefore)
  return { unpack(candidates, 1, math.min(count, #candidates)) }
end

-- Who has to end for a new session of the user: { { keys, session or nil if its record is lost, member, reason } … }, or nil and the limit that denies it.
--   wishes  deviceType of the new one, max, maxOfType or nil, policy; endKey: one that ends in any case, or ''; replacedKey: one in whose place it comes, or '';
--           deviceIds: hashes of its device id (',a,b,'), whose sessions it replaces, or ''
local function whoGivesWay(keys, userId, now, touchMs, wishes)
  local ending, isEnding, live = {}, {}, nil
  local stem = string.match(keys.session, '^[^}]*}')

  local function giveWay(entry, member, reason)
    if isEnding[member] then return end
    isEnding[member] = true
    ending[#ending + 1] = { keys = entry.keys, session = entry.session, member = member, reason = reason }
  end

  -- Ends that session, whatever the limit is, if it is alive and the user's.
  local function endLive(key, reason)
    local entry = { keys = keysOf(key) }
    entry.session = liveSession(entry.keys, now, touchMs)
    if entry.session and entry.session.userId == userId then giveWay(entry, memberOf(entry.keys, entry.session), reason) end
  end

  local function endSameDevice()
    local hashes, characters = {}, {}
    for hash in string.gmatch(wishes.deviceIds, '[^,]+') do hashes[hash], characters[hash:sub(1, 1)] = true, true end
    for i, character in ipairs(live.devices) do
      local key = characters[character] and stem .. hexOf(live.members[i])
      if key and hashes[redis.call('HGET', key, 'dh')] then endLive(key, 'replaced') end
    end
  end

  -- Positions in `live` of those that stay, of that device type or of all.
  local function staying(letter)
    local positions = {}
    for i, member in ipairs(live.members) do
      if not isEnding[member] and (not letter or live.types[i] == letter) then positions[#positions + 1] = i end
    end
    return positions
  end

  -- Orders positions by who gives way first, by `moments` and, within one, by id.
  local function earlierIn(moments)
    return function(a, b)
      if moments[a] ~= moments[b] then return moments[a] < moments[b] end
      return hexOf(live.members[a]) < hexOf(live.members[b])
    end
  end

  -- Of so many, those whose deadlines come soonest are compared: with one idle timeout for all they are those that were not used for longest.
  local function leastUsed(candidates, count)
    local compared, touchedAt = { unpack(candidates, 1, math.max(count, math.min(#candidates, MOST_COMPARED))) }, {}
    for _, i in ipairs(compared) do touchedAt[i] = touchedAtOf(stem .. hexOf(live.members[i])) end
    return firstOf(compared, count, earlierIn(touchedAt))
  end

  local function makeRoom(candidates, count)
    if count <= 0 then return end
    local first = wishes.policy == 'evict-idle' and leastUsed(candidates, count) or firstOf(candidates, count, earlierIn(live.createdAt))
    for _, i in ipairs(first) do
      local entry = { keys = keysOf(stem .. hexOf(live.members[i])) }
      entry.session = readSession(entry.keys)
      -- A damaged record may not say whose it was.
      if entry.session then entry.session.userId = userId end
      giveWay(entry, live.members[i], 'evicted')
    end
  end

  if wishes.deviceIds ~= '' then
    live = liveMembers(keys, userId, now)
    endSameDevice()
  end
  if wishes.replacedKey ~= '' then endLive(wishes.replacedKey, 'replaced') end
  if wishes.endKey ~= '' then endLive(wishes.endKey, 'ended_by_user') end

  -- The index holds all live sessions and perhaps dead ones: below the limit nobody has to be looked at.
  local most = math.min(wishes.max, wishes.maxOfType or wishes.max)
  if redis.call('ZCOUNT', keys.index .. userId, '(' .. text(now), '+inf') - #ending < most then return ending end

  live = live or liveMembers(keys, userId, now)
  local all, ofType = staying(), wishes.maxOfType and staying(letterOf(wishes.deviceType)) or {}
  local overAll, overType = #all - wishes.max + 1, wishes.maxOfType and #ofType - wishes.maxOfType + 1 or 0
  if wishes.policy == 'deny' then
    if overAll > 0 then return nil, 'max' end
    if overType > 0 then return nil, 'maxOfType' end
    return ending
  end

  makeRoom(ofType, overType)
  -- Who ended for the limit of the type leaves room among all.
  if overType > 0 then all = staying() end
  makeRoom(all, #all - wishes.max + 1)
  return ending
end
