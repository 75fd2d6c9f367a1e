-- The sessions of a user that are alive by the index: before their deadlines, and newer than the last end-all or kept through it. Reads no record.

-- As lists of the same order, soonest deadline first: members, when each was created (ms), device types (letters) and devices (characters), see index.lua.
local function liveMembers(keys, userId, now)
  local live, endAll = { members = {}, createdAt = {}, types = {}, devices = {} }, lastEndAll(keys, userId)
  local count = 0
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', keys.index .. userId, '(' .. text(now), '+inf')) do
    local createdAt, deviceType, device = factsOf(member)
    if createdAt > endAll.notBefore or hexOf(member) == endAll.kept then
      count = count + 1
      live.members[count], live.createdAt[count], live.types[count], live.devices[count] = member, createdAt, deviceType, device
    end
  end
  return live
end
