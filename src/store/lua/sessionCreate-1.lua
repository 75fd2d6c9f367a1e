-- Creates a session: record and index entry in one step.
--   Includes: session, long-text, same-device
--   KEYS[1]  session:{tag}<28 hex>, which does not exist
--   ARGV     1 user id, 2 secret digest, 3 idle (ms), 4 absolute lifetime (ms), 5 touch interval (ms),
--            6 profile (JSON), 7 IP address, 8 packed user agent, 9 lifetime profile, or '' for the default one,
--            10 hashes of the device id (',a,b,'; the first is stored) or '', 11 device name or '', 12 capabilities or ''
--   Reply    { createdAt (ms), bucket of the deadline, ms since the user's last end-all or '', bucket of each session that this one replaced … }
--   Errors   refused by Redis at maxmemory before anything is written

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), tonumber(ARGV[5])
local userId = ARGV[1]
local index = keys.index .. userId
if redis.call('EXISTS', keys.session) == 1 then return redis.error_reply('ERR session id is taken') end

-- A login that is judged after an end-all belongs to the time after it, also within one millisecond.
local notBefore = tonumber(redis.call('HGET', keys.notBefore, userId) or nil)
local createdAt = math.max(now, (notBefore or -1) + 1)
local session = { touchedAt = createdAt, idle = tonumber(ARGV[3]), absolute = createdAt + tonumber(ARGV[4]), extendedUntil = 0 }
local deadline = deadlineOf(session, touchMs)

local fields = {
  'v', '1', 'u', userId, 's', ARGV[2], 'g', '1', 'c', text(createdAt), 'a', text(createdAt),
  'i', ARGV[3], 'x', text(session.absolute), 'ip', ARGV[7]
}
addText(fields, 'p', ARGV[6])
addText(fields, 'b', ARGV[8])
if ARGV[9] ~= '' then addText(fields, 'l', ARGV[9]) end
if ARGV[10] ~= '' then addText(fields, 'd', string.match(ARGV[10], '[^,]+')) end
if ARGV[11] ~= '' then addText(fields, 'dn', ARGV[11]) end
if ARGV[12] ~= '' then addText(fields, 'dc', ARGV[12]) end
local replaced = ARGV[10] == '' and {} or endSameDevice(index, ARGV[10], touchMs)
redis.call('HSET', keys.session, unpack(fields))
redis.call('PEXPIREAT', keys.session, text(deadline))

local expired = redis.call('ZRANGEBYSCORE', index, '-inf', text(now), 'LIMIT', 0, 100)
if #expired > 0 then redis.call('ZREM', index, unpack(expired)) end
redis.call('ZADD', index, text(deadline), keys.id)
keepIndex(index, deadline)
return { text(createdAt), bucketOf(deadline), notBefore and text(now - notBefore) or '', unpack(replaced) }
