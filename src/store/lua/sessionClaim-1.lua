-- Claims an anonymous session for a login that is about to take its place: until that is done or given up, but at most for a minute, nobody changes its data.
--   Includes: session, claim
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 secret digest, 3 claimant, see includes/claim.lua
--   Reply    { 'claimed', former claimants, key, JSON, … } the session's data;
--            { 'taken', claimant } its place was taken within the last minute; nil if it is neither alive and anonymous nor that
--   Errors   refused by Redis at maxmemory before anything is written

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1])
local claim = claimKey(keys)
local c = redis.call('HMGET', claim, 'n', 'f', 's', 'd')
if c[4] then return c[3] == ARGV[2] and { 'taken', c[1] } or nil end

local session = liveSession(keys, now, touchMs)
if not session or session.secretDigest ~= ARGV[2] or not isAnonymous(session.userId) then return nil end
local former = c[2] or ''
if c[1] and c[1] ~= ARGV[3] then former = former .. c[1] .. ' ' end
redis.call('HSET', claim, 'n', ARGV[3], 'f', former, 't', text(now), 's', ARGV[2])
redis.call('PEXPIREAT', claim, text(session.absolute))
local reply = { 'claimed', former }
for _, part in ipairs(redis.call('HGETALL', dataKey(keys))) do reply[#reply + 1] = part end
return reply
