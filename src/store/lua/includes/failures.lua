-- A counter of failed logins, a HASH: n failures, e end of the window, b blocked until (ms).

-- The counter as it is now. A window that is over counts nothing, whatever the TTL says.
local function readFailures(key, now)
  local stored = redis.call('HMGET', key, 'n', 'e', 'b')
  local endsAt = tonumber(stored[2] or 0)
  if endsAt <= now then return { count = 0 } end
  return { count = tonumber(stored[1] or 0), endsAt = endsAt, blockedUntil = tonumber(stored[3] or 0) }
end

-- How long nobody may try (ms). With the budget used up: until the window ends or, where waits double, until the last one is over.
local function waitOf(failures, now, budget, longestWait)
  if failures.count < budget then return 0 end
  local untilMs = longestWait == 0 and failures.endsAt or failures.blockedUntil
  return math.max(0, untilMs - now)
end
