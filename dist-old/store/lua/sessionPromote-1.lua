-- Ends an anonymous session in favour of the one that has claimed its place, and remembers that.
--   Flags: allow-oom
--   Includes: session, index, members, long-text, end-all, history, revoked, user-data, channels, burial, claim
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 limits of the history, see includes/history.lua, 3 claimant, see includes/claim.lua
--   Reply    { 1, bucket } its place is taken; the bucket of its deadline, or '' if it had ended before. { 0, '' } somebody else has claimed it, or this claim is too old

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1])
local claim = claimKey(keys)
local c = redis.call('HMGET', claim, 'n', 't', 'd')
if c[1] ~= ARGV[3] then return { 0, '' } end
if c[3] then return { 1, '' } end
if now >= c[2] + CLAIM_MS then return { 0, '' } end

redis.call('HDEL', claim, 't')
redis.call('HSET', claim, 'd', text(now))
redis.call('PEXPIRE', claim, TAKEN_LIFE_MS)
local session = readSession(keys)
if not session then return { 1, '' } end
local history = openBurial(ARGV[2])
if not isAlive(keys, session, now, touchMs) then return { 1, history.endDead(keys, session, touchMs) } end
return { 1, history.endSession(keys, session, touchMs, 'replaced', string.match(ARGV[3], '^%S+')) }
