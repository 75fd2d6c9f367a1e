-- Changes of what callers store, in a session or of a user: judged as a whole before anything is written, and told to who listens.

-- Longer values are not told; who wants them reads them.
local MOST_TOLD = 1024

-- What the pairs of data key and JSON ('' to remove it) from ARGV[from] on do to the hash at `key`, which has `count` keys and `size` bytes in them and their values.
-- Second, if that is over a cap and more than before, the reply that says so: then nothing is to be written.
local function planChange(key, count, size, from, maxKeys, maxBytes)
  local countBefore, sizeBefore = count, size
  local plan = { sets = {}, removals = {}, changed = {}, values = {} }
  for i = from, #ARGV, 2 do
    local name, value = ARGV[i], ARGV[i + 1]
    local oldLength = redis.call('HSTRLEN', key, name)
    if oldLength > 0 then count, size = count - 1, size - #name - oldLength end
    if value ~= '' then
      count, size = count + 1, size + #name + #value
      plan.sets[#plan.sets + 1], plan.sets[#plan.sets + 2] = name, value
    elseif oldLength > 0 then
      plan.removals[#plan.removals + 1] = name
    end
    if value ~= '' or oldLength > 0 then
      plan.changed[#plan.changed + 1] = name
      plan.values[name] = value
    end
  end
  plan.size = size
  if count > maxKeys and count > countBefore then return plan, { 'keys', text(count) } end
  if size > maxBytes and size > sizeBefore then return plan, { 'bytes', text(size) } end
  return plan
end

local function applyChange(key, plan)
  for i = 1, #plan.sets, 2 do redis.call('HSET', key, plan.sets[i], plan.sets[i + 1]) end
  if #plan.removals > 0 then redis.call('HDEL', key, unpack(plan.removals)) end
end

-- One event for each key; without a value it was removed, or is too long to be told.
local function tellChange(keys, userId, scope, plan, version)
  for _, name in ipairs(plan.changed) do
    local value = plan.values[name]
    local told = value ~= '' and #value <= MOST_TOLD and ',"value":' .. value or ''
    tellEvent(keys, userId, 'data.changed', '{"scope":"' .. scope .. '","key":' .. cjson.encode(name) .. ',"version":' .. version .. told .. '}')
  end
end
