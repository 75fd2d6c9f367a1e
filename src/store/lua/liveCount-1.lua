-- The number of live sessions: a histogram of deadlines with a running total.
--   Flags: allow-oom
--   Includes: session
--   KEYS[1]  live-sessions, a HASH: bucket → sessions that end in it, `total`, `drained`, the last bucket that is over, and of each instance
--            `from:<instance>` → `<number of its last changes> <bucket of now>`
--   ARGV     1 retention (ms), 2 the instance, or '', 3 number of these changes of it, then pairs: bucket, change
--   Reply    { total, 1 if more buckets are over than one call takes out: to be called again, until then the total has theirs }
--   What an instance sends again because it got no answer changes nothing if it has arrived before.
--   Buckets that are over leave the total; changes to them come too late and change nothing.

local current = math.floor(nowMs() / 10000)
local total = tonumber(redis.call('HGET', KEYS[1], 'total') or 0)
local drained = tonumber(redis.call('HGET', KEYS[1], 'drained') or current - 1)

-- Nobody may have called for a month, which has a quarter of a million.
local upTo = math.min(current - 1, drained + 250)
for bucket = drained + 1, upTo do
  local sessions = redis.call('HGET', KEYS[1], text(bucket))
  if sessions then
    total = total - sessions
    redis.call('HDEL', KEYS[1], text(bucket))
  end
end
drained = math.max(drained, upTo)

local from = ARGV[2] ~= '' and 'from:' .. ARGV[2]
local before = from and string.match(redis.call('HGET', KEYS[1], from) or '', '^%d+')
local isNew = not before or tonumber(before) < tonumber(ARGV[3])
if from and isNew then redis.call('HSET', KEYS[1], from, ARGV[3] .. ' ' .. text(current)) end

-- The clock may have gone back: a bucket that has left the total must not come again.
local over = math.max(drained, current - 1)
for i = 4, #ARGV, 2 do
  if isNew and tonumber(ARGV[i]) > over then
    if redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) == 0 then redis.call('HDEL', KEYS[1], ARGV[i]) end
    total = total + ARGV[i + 1]
  end
end
redis.call('HSET', KEYS[1], 'total', text(total), 'drained', text(drained))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return { text(total), drained < current - 1 and 1 or 0 }
