-- Places of sessions of a user in channels that have only so many: one hash a user, `<channel> <28 hex of the session>` → until when (ms).
-- Whoever reads them judges the sessions, so a lease ends with its own.

local function leasesKey(keys, userId) return keys.prefix .. 'user-leases:{' .. keys.tag .. '}:' .. userId end

-- The leases of that channel that hold at `now`, { hex, until }, oldest id first, and the fields of those of any channel that do not.
local function leasesOf(keys, userId, channel, now, touchMs)
  local all, live, gone = redis.call('HGETALL', leasesKey(keys, userId)), {}, {}
  for i = 1, #all, 2 do
    local name, hex = string.match(all[i], '^(%S+) (%x+)$')
    local endsAt = tonumber(all[i + 1])
    if endsAt <= now then
      gone[#gone + 1] = all[i]
    elseif name == channel then
      local session = liveSession(keysOf(keys.prefix .. 'session:{' .. keys.tag .. '}' .. hex), now, touchMs)
      if session then live[#live + 1] = { hex = hex, endsAt = endsAt } else gone[#gone + 1] = all[i] end
    end
  end
  table.sort(live, function(a, b) return a.hex < b.hex end)
  return live, gone
end

-- Public id and end of each, as replies have them.
local function addLeases(reply, keys, leases)
  for _, lease in ipairs(leases) do
    reply[#reply + 1] = idOf({ tag = keys.tag, hex = lease.hex })
    reply[#reply + 1] = text(lease.endsAt)
  end
  return reply
end
