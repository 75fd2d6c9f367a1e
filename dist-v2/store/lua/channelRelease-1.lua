-- Takes a session out of a channel that it holds; what is known of the channel stays.
--   Flags: allow-oom
--   Includes: session, events, channels
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 channel
--   Reply    1, or 0 if it does not hold it; nil if the session is not alive
--   Events   active.changed

local keys, now = keysOf(KEYS[1]), nowMs()
local session = liveSession(keys, now, touchOf(ARGV[1]))
if not session then return nil end
local key, name = channelsKey(keys, session.userId), ARGV[2]
local channel = channelOf(redis.call('HGET', key, name))
if channel.holder ~= keys.hex then return 0 end
channel.version, channel.since, channel.holder = channel.version + 1, now, '-'
redis.call('HSET', key, name, channelText(channel))
tellHolder(keys, session.userId, name, channel, keys.hex)
return 1
