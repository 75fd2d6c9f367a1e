-- Reads the feed behind a position.
--   Flags: no-writes
--   Includes: session, revoked
--   KEYS[1]  revocations:{feed}
--   KEYS[2]  revocations-mover:{feed}
--   ARGV     1 position (ms), 2 its second part, or both '' for everything that may still matter, 3 most entries
--   Reply    { oldest moment of which everything is there (ms), moment before which every end is in the feed (ms) or '', now (ms), then of each entry: position, entry };
--            nil for a position that is older, or newer than the feed can have told: what followed it is not known

local now = nowMs()
local oldest = now - REVOKED_LIFE
local f = redis.call('HMGET', KEYS[2], 'w', 'm')
local whole, newest = f[1], f[2]
local after = text(oldest) .. '-0'
if ARGV[1] ~= '' then
  if tonumber(ARGV[1]) < oldest or tonumber(ARGV[1]) > math.max(now, tonumber(whole or 0), tonumber(newest or 0)) then return nil end
  after = ARGV[1] .. '-' .. ARGV[2]
end
local reply = { text(oldest), whole or '', text(now) }
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '(' .. after, '+', 'COUNT', ARGV[3])) do
  reply[#reply + 1], reply[#reply + 2] = entry[1], entry[2][2]
end
return reply
