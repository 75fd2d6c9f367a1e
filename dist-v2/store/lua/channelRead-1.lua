-- Reads a channel of a user.
--   Flags: no-writes
--   Includes: session, events, channels
--   KEYS[1]  session:{tag}<28 hex> of the session that asks
--   ARGV     1 touch interval, see includes/session.lua, 2 channel
--   Reply    { version, since (ms), public id of the holder, or '' if no session that is alive holds it, state }; nil if the session that asks is not alive

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1])
local session = liveSession(keys, now, touchMs)
if not session then return nil end
local channel = channelOf(redis.call('HGET', channelsKey(keys, session.userId), ARGV[2]))
local holder = isHolding(keys, channel.holder, now, touchMs) and idOf(siblingOf(keys, channel.holder)) or ''
return { text(channel.version), text(channel.since), holder, channel.state }
