import type { RedisClient } from '../../src/store/scripts.ts'
import { nameOf } from '../store/record.ts'

/**
 * What passes with time in each kind of key (src/store/keys.ts). Every kind and every field of a record has to be named
 * here: a new one is refused until somebody has said whether it is a moment.
 */
const kinds: Record<string, 'record' | 'index' | 'moments' | 'moment' | 'history' | 'buckets' | 'claim' | 'pending' | 'nothing'> = {
  session: 'record',
  'session-data': 'nothing',
  'user-data': 'nothing',
  'user-channels': 'nothing',
  'user-leases': 'moments',
  'user-sessions': 'index',
  'not-before': 'moments',
  'not-before-cause': 'nothing',
  'not-before-everybody': 'moment',
  'user-activity': 'history',
  ended: 'history',
  'session-claim': 'pending',
  revoked: 'nothing',
  'client-assertion': 'nothing',
  'user-events': 'history',
  'user-presence': 'nothing',
  'events-instance': 'nothing',
  'event-ticket': 'nothing',
  'live-sessions': 'buckets',
  idempotency: 'claim'
}

/** The field of a record that is a moment (ms): the others are kept as their distance to it. */
const MOMENTS = ['c']

/** Fields that stay as they are; the pieces of p, b, v, m and dc have numbers. */
const STEADY = ['u', 'p', 'b', 'i', 'x', 'a', 'e', 'r', 'k', 't', 'l', 'd', 'g', 'o', 's', 'f', 'w', 'q', 'y', 'h', 'm', 'dc', 'j', 'v']

const script = `
local by = tonumber(ARGV[1])
local function text(number) return string.format('%.0f', number) end
local function set(list) local names = {} for name in list:gmatch('[^,]+') do names[name] = true end return names end
local moments, steady = set(ARGV[2]), set(ARGV[3])
local function bucketOf(ms) return math.floor(ms / 10000) end
local function fieldsOf(key)
  local flat, fields = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
  return fields
end
local left, entered, histogram = {}, {}, nil
-- An entry begins with its number, which is a moment; of the details at, c, t and e are.
local function earlier(entry)
  local moved = (' ' .. entry):gsub('^( )(%d+)( )', function(before, ms, after) return before .. text(ms - by) .. after end)
  for _, name in ipairs({ 'at', 'c', 't', 'e' }) do
    moved = moved:gsub('( ' .. name .. '=)(%d+)', function(named, ms) return named .. text(ms - by) end)
  end
  return moved:sub(2)
end

local rules = {
  nothing = function() end,
  record = function(key, endsAt)
    for field, value in pairs(fieldsOf(key)) do
      if moments[field] then
        redis.call('HSET', key, field, text(value - by))
      elseif not steady[field] and not field:match('^[pbvm]%d+$') and not field:match('^dc%d+$') then
        return 'does not know whether the field ' .. field .. ' of a record is a moment'
      end
    end
    local from, to = bucketOf(endsAt), bucketOf(endsAt - by)
    left[from] = (left[from] or 0) + 1
    entered[to] = (entered[to] or 0) + 1
  end,
  -- A member begins with when its session was created.
  index = function(key)
    local members = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
    for i = 1, #members, 2 do
      local createdAt = struct.unpack('>I6', members[i])
      redis.call('ZADD', key, text(members[i + 1] - by), struct.pack('>I6', createdAt - by) .. members[i]:sub(7))
      redis.call('ZREM', key, members[i])
    end
  end,
  moments = function(key)
    for field, value in pairs(fieldsOf(key)) do redis.call('HSET', key, field, text(value - by)) end
  end,
  moment = function(key) redis.call('SET', key, text(redis.call('GET', key) - by), 'KEEPTTL') end,
  history = function(key)
    if redis.call('TYPE', key).ok == 'string' then return redis.call('SET', key, earlier(redis.call('GET', key)), 'KEEPTTL') and nil end
    for i, entry in ipairs(redis.call('LRANGE', key, 0, -1)) do redis.call('LSET', key, i - 1, earlier(entry)) end
  end,
  buckets = function(key) histogram = key end,
  pending = function(key)
    for _, moment in ipairs({ 't', 'd' }) do if redis.call('HEXISTS', key, moment) == 1 then redis.call('HINCRBY', key, moment, text(-by)) end end
  end,
  claim = function(key) redis.call('HINCRBY', key, 'u', text(-by)) end
}

for i, key in ipairs(KEYS) do
  local endsAt = redis.call('PEXPIRETIME', key)
  if endsAt == -1 then return redis.error_reply('ERR ' .. key .. ' has no TTL') end
  if endsAt > 0 then
    local fault = rules[ARGV[3 + i]](key, endsAt)
    if fault then return redis.error_reply('ERR shift-time.ts ' .. fault) end
    redis.call('PEXPIREAT', key, text(endsAt - by))
  end
end

-- A session that is stored takes its count with it. One that has run out is counted until its bucket is over: not later than before.
if histogram and redis.call('EXISTS', histogram) == 1 then
  local before, whole, endsAt = fieldsOf(histogram), math.ceil(by / 10000), redis.call('PEXPIRETIME', histogram)
  redis.call('HDEL', histogram, unpack(redis.call('HKEYS', histogram)))
  for field, value in pairs(before) do
    local bucket = tonumber(field)
    local stays = bucket and value - (left[bucket] or 0)
    if field == 'total' then redis.call('HSET', histogram, field, value) end
    if field == 'drained' then redis.call('HSET', histogram, field, text(value - whole)) end
    if stays and stays ~= 0 then redis.call('HINCRBY', histogram, text(bucket - whole), text(stays)) end
  end
  for bucket, count in pairs(entered) do redis.call('HINCRBY', histogram, text(bucket), text(count)) end
  redis.call('PEXPIREAT', histogram, text(endsAt))
end
return redis.status_reply('OK')`

/**
 * Lets `ms` pass for everything under a prefix: all moments move into the past by as much, TTLs too, so what has run out is gone.
 * To the scripts, which compare with Redis' TIME, that is the same. In one step, or a record could expire half-way.
 */
export async function shiftTime (client: RedisClient, prefix: string, keys: string[], ms: number): Promise<void> {
  const rules = keys.map(key => {
    const { kind } = nameOf(key, prefix)
    const rule = kinds[kind]
    if (rule === undefined) throw new Error(`shift-time.ts does not know how time passes for ${key}`)
    return rule
  })
  await client.eval(script, keys.length, ...keys, ms, MOMENTS.join(), STEADY.join(), ...rules)
}
