-- Gives a session a place in a channel, or keeps the one that it has for longer.
--   Includes: session, leases
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 channel, 3 most places, 4 how long it holds (ms)
--   Reply    { 'ok' or 'full', public id, until (ms), … } with every lease that holds now; nil if the session is not alive
--   Errors   refused by Redis at maxmemory before anything is written

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1])
local session = liveSession(keys, now, touchMs)
if not session then return nil end
local key = leasesKey(keys, session.userId)
local leases, gone = leasesOf(keys, session.userId, ARGV[2], now, touchMs)
local mine
for _, lease in ipairs(leases) do
  if lease.hex == keys.hex then mine = lease end
end
-- Whoever has a place keeps it, also if there are fewer now.
if not mine and #leases >= tonumber(ARGV[3]) then return addLeases({ 'full' }, keys, leases) end

if not mine then
  mine = { hex = keys.hex }
  leases[#leases + 1] = mine
end
mine.endsAt = now + ARGV[4]
if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
redis.call('HSET', key, ARGV[2] .. ' ' .. keys.hex, text(mine.endsAt))
if redis.call('PEXPIREAT', key, text(mine.endsAt), 'NX') == 0 then redis.call('PEXPIREAT', key, text(mine.endsAt), 'GT') end
return addLeases({ 'ok' }, keys, leases)
