-- Changes the state that all sessions of a user share: all changes or none.
--   Includes: session, events, data-change, user-data, versions
--   KEYS[1]  session:{tag}<28 hex> of the session that asks
--   ARGV     1 touch interval, see includes/session.lua, 2 accepted versions (',3,4,') or '' for any, 3 most keys, 4 most bytes of all keys and values,
--            5 how long it stays without a session (ms), then pairs: data key, JSON or '' to remove it
--   Reply    { 'ok', version, keys removed } written, or nothing to write
--            { 'conflict', version }    the version is none of those accepted
--            { 'keys', count } { 'bytes', size }    the change would exceed that cap; nothing is written
--            nil    the session is not alive
--   Events   data.changed for each key
--   Errors   refused by Redis at maxmemory before anything is written

local keys, now = keysOf(KEYS[1]), nowMs()
local session = liveSession(keys, now, touchOf(ARGV[1]))
if not session then return nil end
local key = userDataKey(keys, session.userId)
local version, size = userDataHead(key)
if ARGV[2] ~= '' and not string.find(ARGV[2], ',' .. text(version) .. ',', 1, true) then return { 'conflict', text(version) } end

local count = math.max(redis.call('HLEN', key) - 1, 0)
local plan, refusal = planChange(key, count, size, 6, tonumber(ARGV[3]), tonumber(ARGV[4]))
if refusal then return refusal end
if #plan.changed == 0 then return { 'ok', text(version), 0 } end

version = nextVersion(version)
applyChange(key, plan)
redis.call('HSET', key, ' ', text(version) .. ' ' .. text(plan.size) .. ' ' .. ARGV[5])
keepUserData(keys, session.userId, session.absolute)
tellChange(keys, session.userId, 'user', plan, text(version))
return { 'ok', text(version), #plan.removals }
