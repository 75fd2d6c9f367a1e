-- Changes what callers stored in a session: all changes or none.
--   Includes: session, long-text, end-all, history, events, data, data-change, claim
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 accepted versions (',3,4,') or '' for any, 3 most keys, 4 most bytes of all keys and values,
--            5 limits of the history, see includes/history.lua, then pairs: data key, JSON or '' to remove it
--   Reply    { 'ok', version, keys removed } written, or nothing to write
--            { 'conflict', version }    the version is none of those accepted
--            { 'keys', count } { 'bytes', size }    the change would exceed that cap; nothing is written
--            { 'claimed', '' }    a login is taking the place of the session; nothing is written
--            nil    the session is not alive
--   Events   data.changed for each key
--   Errors   refused by Redis at maxmemory before anything is written

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1])
local session = liveSession(keys, now, touchMs)
if not session then return nil end
if isClaimed(keys, session, now) then return { 'claimed', '' } end
local data = dataKey(keys)
local version, size = dataHead(data)
if ARGV[2] ~= '' and not string.find(ARGV[2], ',' .. text(version) .. ',', 1, true) then return { 'conflict', text(version) } end

local count = math.max(redis.call('HLEN', data) - 1, 0)
local plan, refusal = planChange(data, count, size, 6, tonumber(ARGV[3]), tonumber(ARGV[4]))
if refusal then return refusal end
if #plan.changed == 0 then return { 'ok', text(version), 0 } end

version = version + 1
applyChange(data, plan)
setDataHead(data, version, plan.size)
redis.call('PEXPIREAT', data, text(deadlineOf(session, touchMs)))
openHistory(ARGV[5]).recordChange(keys, session.userId, plan.changed)
tellChange(keys, session.userId, 'session', plan, text(version))
return { 'ok', text(version), #plan.removals }
