-- A page of a user's live sessions, newest first, and how many there are in all.
--   Flags: no-writes
--   Includes: session, long-text, place, describe
--   KEYS[1]  user-sessions:{tag}:<user id>
--   ARGV     1 touch interval (ms), 2 page size, 3 createdAt (ms) and 4 id of the last session of the page before, or '' and ''
--   Reply    { count, description … }, see includes/describe.lua

local now, touchMs = nowMs(), tonumber(ARGV[1])
local live = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. text(now), '+inf')) do
  local keys = keysOf(sessionKeyOf(KEYS[1], id))
  local session = liveSession(keys, now, touchMs)
  if session then live[#live + 1] = { keys = keys, session = session } end
end

local function isNewer(a, b)
  if a.session.createdAt ~= b.session.createdAt then return a.session.createdAt > b.session.createdAt end
  return a.keys.id > b.keys.id
end
table.sort(live, isNewer)

local last = ARGV[3] ~= '' and { session = { createdAt = tonumber(ARGV[3]) }, keys = { id = ARGV[4] } }
local reply = { #live }
for _, entry in ipairs(live) do
  if #reply > tonumber(ARGV[2]) then break end
  if not last or isNewer(last, entry) then reply[#reply + 1] = describe(entry.keys, entry.session) end
end
return reply
