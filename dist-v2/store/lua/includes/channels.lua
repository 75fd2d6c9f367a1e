-- What one session of a user at a time does in a channel, such as playing music: one hash a user, a field for each channel,
-- `<version> <since when it has this holder, or none (ms)> <28 hex of the holder, or '-'> <state as JSON>`.
-- Whoever reads it judges the holder, so it holds nothing from the moment of its end, also where nobody has noticed that yet (burial.lua).

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

local function holderJson(keys, hex)
  return hex == '-' and 'null' or '"' .. idOf(siblingOf(keys, hex)) .. '"'
end

-- That the channel has changed: its holder from `former`, if that is another one, or what the holder has got on to. Answers as tellEvent.
local function tellHolder(keys, userId, name, channel, former)
  local head = '{"channel":"' .. name .. '","holder":' .. holderJson(keys, channel.holder) .. ','
  local version = '"version":' .. text(channel.version)
  if former == channel.holder then return tellEvent(keys, userId, 'active.changed', head .. version .. '}', head .. '"version"') end
  return tellEvent(keys, userId, 'active.changed', head .. '"formerHolder":' .. holderJson(keys, former) .. ',' .. version .. '}')
end

-- Whether that session has a live connection, as far as the instances say.
local function isListening(keys, userId, hex)
  for _, field in ipairs(redis.pcall('HKEYS', keys.prefix .. 'user-presence:{' .. keys.tag .. '}:' .. userId)) do
    if string.sub(field, 1, 28) == hex then return true end
  end
  return false
end

-- Takes sessions that have ended, all of one user, out of what they held. What is damaged keeps no session from ending.
local function letGo(keys, userId, endings)
  local key, held = channelsKey(keys, userId), {}
  local all = redis.pcall('HGETALL', key)
  for _, ending in ipairs(endings) do held[ending.keys.hex] = ending.keys end
  for i = 1, #all, 2 do
    local channel = channelOf(all[i + 1])
    local holder = held[channel.holder]
    if holder then
      channel.version, channel.since, channel.holder = channel.version + 1, nowMs(), '-'
      redis.call('HSET', key, all[i], channelText(channel))
      tellHolder(holder, userId, all[i], channel, holder.hex)
    end
  end
end
