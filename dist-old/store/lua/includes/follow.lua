-- A session goes on under another id: what it holds in channels goes with it.

local function followHolder(old, new, userId)
  local key = channelsKey(old, userId)
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    local channel = channelOf(all[i + 1])
    if channel.holder == old.hex then
      channel.holder = new.hex
      redis.call('HSET', key, all[i], channelText(channel))
      tellHolder(new, userId, all[i], channel, old.hex)
    end
  end

  local leases = old.prefix .. 'user-leases:{' .. old.tag .. '}:' .. userId
  all = redis.call('HGETALL', leases)
  for i = 1, #all, 2 do
    local channel, hex = string.match(all[i], '^(%S+ )(%x+)$')
    if hex == old.hex then
      -- In this order, because a hash without fields loses its TTL.
      redis.call('HSET', leases, channel .. new.hex, all[i + 1])
      redis.call('HDEL', leases, all[i])
    end
  end
end
