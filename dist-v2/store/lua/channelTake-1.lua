-- Makes a session the holder of a channel, whoever holds it.
--   Includes: session, events, channels, versions
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 channel, 3 state as JSON, or '' for the one that it has, 4 accepted version, or '' for any,
--            5 most channels of a user
--   Reply    { 'ok', version, since (ms), state, id of the event that tells who held it until now and listens, or '' }
--            { 'conflict', version }    that is not the version
--            { 'channels' }    the user has as many, and a session holds each; nothing is written
--            nil    the session is not alive
--   Events   active.changed, before anybody is answered
--   Errors   refused by Redis at maxmemory before anything is written

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1])
local session = liveSession(keys, now, touchMs)
if not session then return nil end
local key, name = channelsKey(keys, session.userId), ARGV[2]
local channel = channelOf(redis.call('HGET', key, name))
if ARGV[4] ~= '' and ARGV[4] ~= text(channel.version) then return { 'conflict', text(channel.version) } end

-- The one that nobody holds, and for the longest time, gives way, and no other: its state is all that tells where somebody stopped.
local idle, idleSince = nil, math.huge
if channel.version == 0 and redis.call('HLEN', key) >= tonumber(ARGV[5]) then
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    local other = channelOf(all[i + 1])
    if all[i] ~= name and other.since < idleSince and not isHolding(keys, other.holder, now, touchMs) then idle, idleSince = all[i], other.since end
  end
  if not idle then return { 'channels' } end
end

channel.version = nextVersion(channel.version)
local former = channel.holder
if former ~= keys.hex then channel.holder, channel.since = keys.hex, now end
if ARGV[3] ~= '' then channel.state = ARGV[3] end
redis.call('HSET', key, name, channelText(channel))
if idle then redis.call('HDEL', key, idle) end
if redis.call('PEXPIREAT', key, text(session.absolute), 'NX') == 0 then redis.call('PEXPIREAT', key, text(session.absolute), 'GT') end
local event = tellHolder(keys, session.userId, name, channel, former)
local isAwaited = event and former ~= keys.hex and isHolding(keys, former, now, touchMs) and isListening(keys, session.userId, former)
return { 'ok', text(channel.version), text(channel.since), channel.state, isAwaited and event or '' }
