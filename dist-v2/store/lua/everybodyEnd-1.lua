-- Ends the sessions of everybody that were created until a moment, in O(1). Every instance reads it and tells the scripts that judge (touchOf in includes/session.lua).
--   Flags: allow-oom
--   Includes: session, revoked
--   KEYS[1]  not-before-everybody:{tag}
--   ARGV     1 the moment (ms)
--   Reply    the moment that holds from now on (ms): that one, or a later one that was there

local known, before = tonumber(redis.call('GET', KEYS[1]) or nil) or 0, tonumber(ARGV[1])
if known >= before then return text(known) end
-- No lifetime is longer than a year.
redis.call('SET', KEYS[1], text(before), 'PX', 31536000000)
local prefix, tag = string.match(KEYS[1], '^(.*)not%-before%-everybody:{(%x+)}$')
announceChange({ prefix = prefix, tag = tag })
tellRevoked(prefix, tag, before, 'a', '-', 'everybody_ended', '*')
return text(before)
