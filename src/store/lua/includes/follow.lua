-- A session goes on under another id: what it holds in channels goes with it.

local function followHolder(old, new, userId)
  local channels = old.prefix .. 'user-channels:{' .. old.tag .. '}:' .. userId
  local all = redis.call('HGETALL', channels)
  for i = 1, #all, 2 do
    local before, hex, after = string.match(all[i + 1], '^(%d+ %d+ )(%S+)( .*)$')
    if hex == old.hex then redis.call('HSET', channels, all[i], before .. new.hex .. after) end
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
