-- Changes what callers stored in a session: all changes or none.
--   Includes: session, long-text, end-all, history, claim
--   KEYS[1]  session:{tag}<28 hex>
--   ARGV     1 touch interval, see includes/session.lua, 2 accepted versions (',3,4,') or '' for any, 3 most keys, 4 most bytes of all keys and values,
--            5 limits of the history, see includes/history.lua, then pairs: data key, JSON or '' to remove it
--   Reply    { 'ok', version, keys removed } written, or nothing to write
--            { 'conflict', version }    the version is none of those accepted
--            { 'keys', count } { 'bytes', size }    the change would exceed that cap; nothing is written
--            { 'claimed', '' }    a login is taking the place of the session; nothing is written
--            nil    the session is not alive
--   Errors   refused by Redis at maxmemory before anything is written

local keys, now, touchMs = keysOf(KEYS[1]), nowMs(), touchOf(ARGV[1])
local session = liveSession(keys, now, touchMs)
if not session then return nil end
if isClaimed(keys, session, now) then return { 'claimed', '' } end
local version = text(session.version)
if ARGV[2] ~= '' and not string.find(ARGV[2], ',' .. version .. ',', 1, true) then return { 'conflict', version } end

local count = redis.call('HLEN', dataKey(keys))
local size = tonumber(redis.call('HGET', keys.session, 'z') or 0)
local countBefore, sizeBefore = count, size
local sets, removals, changed = {}, {}, {}
for i = 6, #ARGV, 2 do
  local key, value = ARGV[i], ARGV[i + 1]
  local oldLength = redis.call('HSTRLEN', dataKey(keys), key)
  if oldLength > 0 then count, size = count - 1, size - #key - oldLength end
  if value ~= '' then
    count, size = count + 1, size + #key + #value
    sets[#sets + 1], sets[#sets + 2] = key, value
    changed[#changed + 1] = key
  elseif oldLength > 0 then
    removals[#removals + 1] = key
    changed[#changed + 1] = key
  end
end
if count > tonumber(ARGV[3]) and count > countBefore then return { 'keys', text(count) } end
if size > tonumber(ARGV[4]) and size > sizeBefore then return { 'bytes', text(size) } end
if #sets + #removals == 0 then return { 'ok', version, 0 } end

for i = 1, #sets, 2 do redis.call('HSET', dataKey(keys), sets[i], sets[i + 1]) end
if #removals > 0 then redis.call('HDEL', dataKey(keys), unpack(removals)) end
redis.call('HSET', keys.session, 'n', text(session.version + 1), 'z', text(size))
redis.call('PEXPIREAT', dataKey(keys), text(deadlineOf(session, touchMs)))
openHistory(ARGV[5]).recordChange(keys, session.userId, changed)
for i = 6, #ARGV, 2 do
  local value = ARGV[i + 1]
  local told = value ~= '' and #value <= 1024 and ',"value":' .. value or ''
  tellEvent(keys, session.userId, 'data.changed', '{"scope":"session","key":' .. cjson.encode(ARGV[i]) .. ',"version":' .. text(session.version + 1) .. told .. '}')
end
return { 'ok', text(session.version + 1), #removals }
