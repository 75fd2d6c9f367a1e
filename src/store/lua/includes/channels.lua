-- What one session of a user at a time does in a channel, such as playing music: one hash a user, a field for each channel,
-- `<version> <since (ms)> <28 hex of the holder, or '-'> <state as JSON>`.
-- Whoever reads it judges the holder, so nothing has to be cleared away when a session ends.

local function channelsKey(keys, userId) return keys.prefix .. 'user-channels:{' .. keys.tag .. '}:' .. userId end

-- The channel as it is kept; version 0 if it is not.
local function channelOf(value)
  local version, since, holder, state = string.match(value or '', '^(%d+) (%d+) (%S+) (.*)$')
  if not version then return { version = 0, since = 0, holder = '-', state = 'null' } end
  return { version = tonumber(version), since = tonumber(since), holder = holder, state = state }
end

local function channelText(channel)
  return text(channel.version) .. ' ' .. text(channel.since) .. ' ' .. channel.holder .. ' ' .. channel.state
end

local function siblingOf(keys, hex) return keysOf(keys.prefix .. 'session:{' .. keys.tag .. '}' .. hex) end

-- Whether the session with those hex, in the slot of `keys`, is alive.
local function isHolding(keys, hex, now, touchMs)
  return hex ~= '-' and liveSession(siblingOf(keys, hex), now, touchMs) ~= nil
end

local function tellHolder(keys, userId, name, channel)
  local holder = channel.holder == '-' and 'null' or '"' .. idOf(siblingOf(keys, channel.holder)) .. '"'
  tellEvent(keys, userId, 'active.changed', '{"channel":"' .. name .. '","holder":' .. holder .. ',"version":' .. text(channel.version) .. '}')
end
