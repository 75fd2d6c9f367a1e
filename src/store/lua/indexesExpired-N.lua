-- Whether sessions have expired that are in indexes of users: in most none has, and a walk asks about all that there are.
--   Flags: no-writes
--   KEYS[1] … user-sessions:{tag}:<user id> of each; on a Cluster all of one slot
--   ARGV     1 moment (ms)
--   Reply    of each 1 if some have, otherwise 0, also if it is damaged

local answers = {}
for i, key in ipairs(KEYS) do
  local count = redis.pcall('ZCOUNT', key, '-inf', ARGV[1])
  answers[i] = type(count) == 'number' and count > 0 and 1 or 0
end
return answers
