-- Creates a session: record and index entry in one step. Ends what has to give way for it, or is denied by the limit.
--   Includes: session, data, index, members, long-text, end-all, history, revoked, user-data, channels, burial, live-members, give-way
--   KEYS[1]  session:{tag}<28 hex>, which does not exist
--   ARGV     1 user id, 2 secret digest, 3 idle (ms), 4 absolute lifetime (ms), 5 touch interval, see includes/session.lua,
--            6 profile, 7 packed IP address, 8 packed user agent, 9 lifetime profile, or '' for the default one,
--            10 device type, 11 most live sessions, 12 most of that device type, or '', 13 policy of the limit,
--            14 key of a session of the user to end, or '', 15 '1' if it rotates by policy, or '', 16 binding,
--            17 hashes of the device id (',a,b,'; the first is stored) or '', 18 device name or '', 19 capabilities or '',
--            20 '1' if it is guarded, or '', 21 limits of the history, see includes/history.lua,
--            22 key of a session of the user in whose place it comes, or '', then pairs of its data: key, JSON
--   Reply    { 'ok', createdAt (ms), bucket of the deadline, ms since the user's last end-all or '', bucket of each session that was ended … }
--            { 'max' } { 'maxOfType' }    denied by that limit; nothing has changed but the history
--   Errors   refused by Redis at maxmemory before anything is written

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[5])
local userId, deviceType = ARGV[1], ARGV[10]
local index = keys.index .. userId
if redis.call('EXISTS', keys.session) == 1 then return redis.error_reply('ERR session id is taken') end
if text(2 ^ 40) ~= '1099511627776' then return redis.error_reply('ERR moments need a Redis of 64 bits') end

local leaving, denied = whoGivesWay(keys, userId, now, touchMs, {
  deviceType = deviceType, max = tonumber(ARGV[11]), maxOfType = tonumber(ARGV[12]), policy = ARGV[13], endKey = ARGV[14], replacedKey = ARGV[22],
  -- Whoever guesses a device id ends nobody's session under the guard.
  deviceIds = ARGV[20] == '1' and '' or ARGV[17]
})
local history = openBurial(ARGV[21])
if denied then
  history.recordLimited(keys, userId, denied, denied == 'max' and ARGV[11] or ARGV[12], ARGV[7], ARGV[8])
  return { denied }
end
local endings, endedBuckets = {}, {}
for _, entry in ipairs(leaving) do
  if entry.session then
    endings[#endings + 1] = history.endingOf(entry.keys, entry.session, touchMs, entry.reason, idOf(keys))
    endedBuckets[#endings] = endings[#endings].bucket
  else
    redis.call('ZREM', index, entry.member)
  end
end
history.bury(endings)

-- A login that is judged after an end-all belongs to the time after it, also within one millisecond.
local notBefore = tonumber(redis.call('HGET', keys.notBefore, userId) or nil)
local createdAt = math.max(now, (notBefore or -1) + 1, everybodyBefore + 1)
local session = {
  createdAt = createdAt, touchedAt = createdAt, idle = tonumber(ARGV[3]), absolute = createdAt + tonumber(ARGV[4]), extendedUntil = 0,
  deviceType = letterOf(deviceType), deviceId = string.match(ARGV[17], '[^,]+')
}
local deadline = deadlineOf(session, touchMs)

-- Most durations fit into few bytes as seconds.
local function secondsOf(ms)
  return string.format('%.14g', ms / 1000)
end

-- What every validation asks for comes first.
local fields = { 'u', userId, 'c', text(createdAt), 'i', secondsOf(ARGV[3]), 'x', secondsOf(ARGV[4]), 's', ARGV[2] }
addText(fields, 'p', ARGV[6])
local function addUnlessEmpty(name, value)
  if value ~= '' then addText(fields, name, value) end
end
addUnlessEmpty('w', ARGV[16])
addUnlessEmpty('o', ARGV[15])
addUnlessEmpty('f', ARGV[7])
addUnlessEmpty('b', ARGV[8])
addUnlessEmpty('l', ARGV[9])
if session.deviceType ~= 'u' then addText(fields, 'd', session.deviceType) end
addUnlessEmpty('h', session.deviceId or '')
addUnlessEmpty('m', ARGV[18])
addUnlessEmpty('dc', ARGV[19])
addUnlessEmpty('y', ARGV[20])
if #ARGV > 22 then
  local size = 0
  for i = 23, #ARGV, 2 do
    size = size + #ARGV[i] + #ARGV[i + 1]
    redis.call('HSET', dataKey(keys), ARGV[i], ARGV[i + 1])
  end
  setDataHead(dataKey(keys), 1, size)
  redis.call('PEXPIREAT', dataKey(keys), text(deadline))
end
redis.call('HSET', keys.session, unpack(fields))
redis.call('PEXPIREAT', keys.session, text(deadline))

history.trimIndex(index)
redis.call('ZADD', index, text(deadline), memberOf(keys, session))
keepIndex(index, session)
keepUserData(keys, userId, session.absolute)
history.recordCreated(keys, userId, createdAt, ARGV[4], ARGV[9], ARGV[7], ARGV[8])
local reply = { 'ok', text(createdAt), bucketOf(deadline), notBefore and text(now - notBefore) or '' }
for _, bucket in ipairs(endedBuckets) do reply[#reply + 1] = bucket end
return reply
