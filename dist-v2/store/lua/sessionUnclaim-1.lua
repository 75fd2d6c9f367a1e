-- Gives up the claim on an anonymous session: its data may be changed again, and whoever claimed it cannot take its place any more.
--   Flags: allow-oom
--   Includes: session, claim
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 claimant, see includes/claim.lua, who gives up, and has ended the session of everybody before; '' to give up for whoever claimed it more than a minute ago,
--            2 '1' if the claimant's own session was never opened, or has ended, or goes on for good: then nothing is left to remember
--   Reply    claimants whose sessions nobody has; '' if there are none

local keys = keysOf(KEYS[1])
local claim = claimKey(keys)
local c = redis.call('HMGET', claim, 'n', 'f', 't', 'd')
if not c[1] or ARGV[1] ~= '' and ARGV[1] ~= c[1] or ARGV[1] == '' and nowMs() < (c[4] or c[3]) + CLAIM_MS then return '' end
if ARGV[2] == '1' then
  redis.call('DEL', claim)
  return ''
end
-- Of a place that was taken only those who claimed it before are in doubt.
if c[4] then return c[2] end
redis.call('HSET', claim, 't', 0)
if ARGV[1] ~= '' then redis.call('HSET', claim, 'f', '') end
return c[2] .. c[1]
