-- Claims an anonymous session for a login that is about to take its place: until that is done or given up, but at most for a minute, nobody changes its data.
--   Includes: session, data, claim
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 secret digest, 3 claimant, see includes/claim.lua
--   Reply    { 'claimed', former claimants, key, JSON, … } the session's data;
--            { 'taken', claimants } for the same user, within the last minute: the data is in the session of the last of them that lives. The claimant is one of them from now on;
--            { 'busy', '' } too many have claimed it, and nobody knows what became of them; nil if it is neither alive and anonymous nor taken
--   Errors   refused by Redis at maxmemory before anything is written

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1])
local claim = claimKey(keys)
local c = redis.call('HMGET', claim, 'n', 'f', 'k', 's', 'd')
local claimant, former, followed = c[1], c[2] or '', c[3] or ''
if c[5] then
  local isOfUser = string.match(claimant, ' (.*)$') == string.match(ARGV[3], ' (.*)$')
  if c[4] ~= ARGV[2] or now >= c[5] + CLAIM_MS or not isOfUser then return nil end
  if claimant ~= ARGV[3] then followed = followed .. claimant end
  if countOf(followed) > MOST_CLAIMANTS then return { 'busy', '' } end
  redis.call('HSET', claim, 'n', ARGV[3], 'k', followed)
  return { 'taken', followed }
end

local session = liveSession(keys, now, touchMs)
if not session or session.secretDigest ~= ARGV[2] or not isAnonymous(session.userId) then return nil end
if claimant and claimant ~= ARGV[3] then former = former .. claimant end
if countOf(former) > MOST_CLAIMANTS then return { 'busy', '' } end
redis.call('HSET', claim, 'n', ARGV[3], 'f', former, 't', text(now), 's', ARGV[2])
redis.call('PEXPIREAT', claim, text(session.absolute + TAKEN_LIFE_MS))
return addData({ 'claimed', former }, dataKey(keys), '')
