-- The sessions of a user that are alive by the index: before their deadlines, and newer than the last end-all or kept through it. Reads no record.

-- Two lists of the same order, soonest deadline first: members, and when each was created (ms).
local function liveMembers(keys, userId, now)
  local members, createdAt, count, endAll = {}, {}, 0, lastEndAll(keys, userId)
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', keys.index .. userId, '(' .. text(now), '+inf')) do
    local at = createdAtOf(member)
    if at > endAll.notBefore or hexOf(member) == endAll.kept then
      count = count + 1
      members[count], createdAt[count] = member, at
    end
  end
  return members, createdAt
end
