-- Gives up the claim on an anonymous session: its data may be changed again, and whoever claimed it cannot take its place any more.
--   Flags: allow-oom
--   Includes: session, claim
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 claimant, see includes/claim.lua, who gives up; '' to give up for whoever claimed it more than a minute ago
--   Reply    all claimants, one after the other, whose sessions nobody has; '' if there is nothing to give up

local keys = keysOf(KEYS[1])
local claim = claimKey(keys)
local c = redis.call('HMGET', claim, 'n', 't', 'f', 'd')
if not c[1] or c[4] then return '' end
if ARGV[1] ~= '' and ARGV[1] ~= c[1] then return '' end
if ARGV[1] == '' and nowMs() < c[2] + CLAIM_MS then return '' end
redis.call('HSET', claim, 't', 0)
return c[3] .. c[1]
