-- Adds to the feed what the one who moves ends into it has found, and until when the feed is whole.
--   Flags: allow-oom
--   Includes: session, revoked
--   KEYS[1]  revocations:{feed}
--   KEYS[2]  revocations-mover:{feed}
--   ARGV     1 who moves, 2 how long nobody else may if nothing more is heard of it (ms), 3 moment before which every end is in the feed now (ms), or '',
--            then the entries: slot tag, space, entry of the outbox
--   Reply    { who moves is the one who asks: 1, for the first time 2, or not 0; now (ms) }; with 0 nothing has changed. Whoever is not the mover yet brings no entries

local now = nowMs()
local f = redis.call('HMGET', KEYS[2], 'o', 'u', 'w', 'm')
local owner, leaseEnd, whole, newest = f[1], tonumber(f[2] or 0), tonumber(f[3] or 0), tonumber(f[4] or 0)
-- A lease that ends later than one can is of a clock that has been set back since.
local isLeased = owner and owner ~= ARGV[1] and now < leaseEnd and leaseEnd <= now + 10000
-- Who was not the mover a moment ago may bring what another one has brought since.
if isLeased or owner ~= ARGV[1] and #ARGV >= 4 then return { 0, text(now) } end

-- Behind every position that was told, also if the clock was ahead then.
local moment = math.max(now, whole, newest)
for i = 4, #ARGV do redis.call('XADD', KEYS[1], 'MINID', '~', text(now - REVOKED_LIFE), text(moment) .. '-*', 'e', ARGV[i]) end
if #ARGV >= 4 then
  redis.call('PEXPIRE', KEYS[1], REVOKED_LIFE)
  redis.call('HSET', KEYS[2], 'm', text(moment))
  redis.pcall('PUBLISH', string.match(KEYS[1], '^(.*)revocations:') .. 'session-changes:revocations', '')
end
-- By a clock that has been set back the feed is not whole until then any more, but positions stay behind what was told.
if whole > now then
  redis.call('HSET', KEYS[2], 'm', text(moment))
  whole = 0
end
redis.call('HSET', KEYS[2], 'o', ARGV[1], 'u', text(now + ARGV[2]), 'w', text(math.max(whole, tonumber(ARGV[3]) or 0)))
redis.call('PEXPIRE', KEYS[2], REVOKED_LIFE)
return { owner == ARGV[1] and 1 or 2, text(now) }
