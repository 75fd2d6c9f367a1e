-- Who ends for a new session: judged in the script that creates it, so exact under any number of logins at once.

-- Sessions that `evict-idle` compares at most: reading when each was last used is what makes a login at the limit slow.
local MOST_COMPARED = 100

-- The `count` of those positions in `members` that come first by `moments` and, within one, by id. One is found without sorting the others.
local function firstOf(positions, count, moments, members)
  if count > 1 then
    table.sort(positions, function(a, b)
      if moments[a] ~= moments[b] then return moments[a] < moments[b] end
      return hexOf(members[a]) < hexOf(members[b])
    end)
    return { unpack(positions, 1, count) }
  end
  local first = positions[1]
  for _, i in ipairs(positions) do
    if moments[i] < moments[first] or moments[i] == moments[first] and hexOf(members[i]) < hexOf(members[first]) then first = i end
  end
  return { first }
end

-- Who has to end for a new session of the user: { { keys, session or nil if its record is lost, member, reason } … }, or nil and the limit that denies it.
--   wishes  deviceType of the new one, max, maxOfType or nil, policy; endKey: one that ends in any case, or ''; replacedKey: one in whose place it comes, or '';
--           deviceIds: hashes of its device id (',a,b,'), whose sessions it replaces, or ''
local function whoGivesWay(keys, userId, now, touchMs, wishes)
  local index, stem = keys.index .. userId, string.match(keys.session, '^[^}]*}')
  local ending, isEnding, members, createdAt = {}, {}, nil, nil

  local function giveWay(entryKeys, session, member, reason)
    if isEnding[member] then return end
    isEnding[member] = true
    ending[#ending + 1] = { keys = entryKeys, session = session, member = member, reason = reason }
  end

  -- Ends that session, whatever the limit is, if it is alive and the user's, and on the device of one of those hashes if there are any.
  local function endLive(key, reason, hashes)
    local itsKeys = keysOf(key)
    local session = liveSession(itsKeys, now, touchMs)
    if not session or session.userId ~= userId or hashes and not hashes[session.deviceId] then return end
    giveWay(itsKeys, session, memberOf(itsKeys, session), reason)
  end

  local function endSameDevice()
    local hashes, bytes = {}, {}
    for hash in string.gmatch(wishes.deviceIds, '[^,]+') do hashes[hash], bytes[hash:byte()] = true, true end
    for _, member in ipairs(membersOnDevice(index, now, bytes)) do endLive(stem .. hexOf(member), 'replaced', hashes) end
  end

  -- Positions in `members` of those that stay, of the device type of that letter or of all.
  local function staying(letter)
    local positions = {}
    for i, member in ipairs(members) do
      if not isEnding[member] and (not letter or member:sub(21, 21) == letter) then positions[#positions + 1] = i end
    end
    return positions
  end

  -- Of so many, those whose deadlines come soonest are compared: with one idle timeout for all they are those that were not used for longest.
  local function leastUsed(candidates, count)
    local compared, touchedAt = { unpack(candidates, 1, math.max(count, math.min(#candidates, MOST_COMPARED))) }, {}
    for _, i in ipairs(compared) do touchedAt[i] = touchedAtOf(stem .. hexOf(members[i])) end
    return firstOf(compared, count, touchedAt, members)
  end

  local function makeRoom(candidates, count)
    if count <= 0 then return end
    local first = wishes.policy == 'evict-idle' and leastUsed(candidates, count) or firstOf(candidates, count, createdAt, members)
    for _, i in ipairs(first) do
      local itsKeys = keysOf(stem .. hexOf(members[i]))
      local session = readSession(itsKeys)
      -- A damaged record may not say whose it was.
      if session then session.userId = userId end
      giveWay(itsKeys, session, members[i], 'evicted')
    end
  end

  if wishes.deviceIds ~= '' then endSameDevice() end
  if wishes.replacedKey ~= '' then endLive(wishes.replacedKey, 'replaced') end
  if wishes.endKey ~= '' then endLive(wishes.endKey, 'ended_by_user') end

  -- The index holds all live sessions and perhaps dead ones: below the limit nobody else has to be looked at.
  local most = math.min(wishes.max, wishes.maxOfType or wishes.max)
  if redis.call('ZCOUNT', index, '(' .. text(now), '+inf') - #ending < most then return ending end

  members, createdAt = liveMembers(keys, userId, now)
  local all, ofType = staying(), wishes.maxOfType and staying(letterOf(wishes.deviceType)) or {}
  local overType = wishes.maxOfType and #ofType - wishes.maxOfType + 1 or 0
  if wishes.policy == 'deny' then
    if #all >= wishes.max then return nil, 'max' end
    if overType > 0 then return nil, 'maxOfType' end
    return ending
  end

  makeRoom(ofType, overType)
  -- Who ended for the limit of the type leaves room among all.
  if overType > 0 then all = staying() end
  makeRoom(all, #all - wishes.max + 1)
  return ending
end
