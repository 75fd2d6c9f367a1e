-- Whether this Redis keeps records and short indexes packed, by two that are made and deleted here.
--   KEYS[1]  a key that does not exist
--   Reply    1 or 0
--   Errors   where OBJECT is not allowed; nothing is left behind

local function isPacked(command, parts)
  redis.call(command, KEYS[1], unpack(parts))
  local isKnown, encoding = pcall(redis.call, 'OBJECT', 'ENCODING', KEYS[1])
  redis.call('DEL', KEYS[1])
  if not isKnown then error(encoding) end
  return encoding == 'listpack'
end

local fields, members = {}, {}
for i = 1, 128 do
  fields[2 * i - 1], fields[2 * i] = 'f' .. i, string.rep('x', 64)
  members[2 * i - 1], members[2 * i] = i, string.format('%022d', i)
end
return isPacked('HSET', fields) and isPacked('ZADD', members) and 1 or 0
