-- A counter of failed logins, a HASH: n failures, e end of the window, b blocked until (ms), p<bucket> attempts whose password is being
-- checked, by the bucket (10 s) at whose end they are taken for failed: whoever was checking them has died.

local BUCKET_MS, LONGEST_CHECK_MS = 10000, 30000

-- Counts `more` failures at that moment. The one that uses the budget up brings a wait of a second, and each after it twice as long a one.
local function addFailures(failures, more, at, budget, longestWait)
  failures.count = failures.count + more
  if longestWait == 0 or failures.count < budget then return end
  local wait = math.min(longestWait, 1000 * 2 ^ (failures.count - budget))
  failures.blockedUntil = math.max(failures.blockedUntil, math.min(failures.endsAt, at + wait))
end

-- Counts `more` attempts, or takes them back, as being checked until the end of that bucket.
local function addPending(failures, bucket, more)
  failures.pending = failures.pending + more
  failures.buckets[bucket] = (failures.buckets[bucket] or 0) + more
end

-- The counter as it is now. A window that is over counts nothing, whatever the TTL says.
local function readFailures(key, now, budget, longestWait)
  local failures, stored = { count = 0, blockedUntil = 0, pending = 0, buckets = {} }, redis.call('HGETALL', key)
  local fields = {}
  for i = 1, #stored, 2 do fields[stored[i]] = tonumber(stored[i + 1]) end
  if (fields.e or 0) <= now then return failures end
  failures.count, failures.endsAt, failures.blockedUntil = fields.n or 0, fields.e, fields.b or 0
  for field, count in pairs(fields) do
    local bucket = tonumber(string.match(field, '^p(%d+)$'))
    local isOver = bucket and bucket * BUCKET_MS <= now
    if isOver then addFailures(failures, count, bucket * BUCKET_MS, budget, longestWait) end
    if bucket and not isOver then addPending(failures, bucket, count) end
  end
  return failures
end

local function writeFailures(key, failures)
  redis.call('DEL', key)
  if failures.count + failures.pending == 0 then return end
  local fields = { 'n', text(failures.count), 'e', text(failures.endsAt) }
  local function add(field, number)
    if number > 0 then fields[#fields + 1], fields[#fields + 2] = field, text(number) end
  end
  add('b', failures.blockedUntil)
  for bucket, count in pairs(failures.buckets) do add('p' .. text(bucket), count) end
  redis.call('HSET', key, unpack(fields))
  redis.call('PEXPIREAT', key, text(failures.endsAt))
end

-- How long nobody may try (ms). With the budget used up: until the window ends or, where waits double, until the last one is over.
local function waitOf(failures, now, budget, longestWait)
  if failures.count < budget then return 0 end
  local untilMs = longestWait == 0 and failures.endsAt or failures.blockedUntil
  return math.max(0, untilMs - now)
end
