-- Claims an Idempotency-Key for a request that is about to be done, or tells what there is under it.
--   Includes: session
--   KEYS[1]  idempotency:{tag}<22 characters>, its name under the first key of the keyring, where it is claimed; KEYS[2] … under the others
--   ARGV     1 who claims it, 2 how long nobody else may (ms), then the fingerprint of the request under each key of the keyring
--   Reply    { 'claimed', 0, '' }; { 'running', 0, '' } somebody else has claimed it; { 'answered', number of the key from 0 on, answer, sealed };
--            { 'other', 0, '' } that was another request
--   Errors   refused by Redis at maxmemory before anything is written

local now = nowMs()
for i, key in ipairs(KEYS) do
  local f = redis.call('HMGET', key, 'u', 'f', 'a')
  -- What is over says nothing, whatever the TTL says.
  if tonumber(f[1] or 0) > now then
    if f[2] ~= ARGV[2 + i] then return { 'other', 0, '' } end
    if f[3] then return { 'answered', i - 1, f[3] } end
    return { 'running', 0, '' }
  end
end

local endsAt = text(now + ARGV[2])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'o', ARGV[1], 'f', ARGV[3], 'u', endsAt)
redis.call('PEXPIREAT', KEYS[1], endsAt)
return { 'claimed', 0, '' }
