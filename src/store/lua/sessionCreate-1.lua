-- Creates a session: record and index entry in one step.
--   Includes: session, long-text, history
--   KEYS[1]  session:{tag}<28 hex>, which does not exist
--   ARGV     1 user id, 2 secret digest, 3 idle (ms), 4 absolute lifetime (ms), 5 touch interval (ms),
--            6 profile (JSON), 7 IP address, 8 packed user agent, 9 lifetime profile, or '' for the default one,
--            10 limits of the history, see includes/history.lua
--   Reply    { createdAt (ms), bucket of the deadline, ms since the user's last end-all or '' }
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
redis.call('HSET', keys.session, unpack(fields))
redis.call('PEXPIREAT', keys.session, text(deadline))

local history = openHistory(ARGV[10])
history.trimIndex(index)
redis.call('ZADD', index, text(deadline), keys.id)
keepIndex(index, deadline)
history.recordCreated(keys, userId, createdAt, ARGV[4], ARGV[9], ARGV[7], ARGV[8])
return { text(createdAt), bucketOf(deadline), notBefore and text(now - notBefore) or '' }
