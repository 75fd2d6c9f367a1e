-- All fields of the record of a session that is alive at `now`, each behind its name; false of one that is not. What they say to a list is found out by
-- who asks: in here it would keep Redis for twice as long.
local function describeLive(keys, now, touchMs, notBefore)
  local fields, f = redis.call('HGETALL', keys.session), {}
  for i = 1, #fields, 2 do f[fields[i]] = fields[i + 1] end
  local session = sessionOf(f.u, f.c, f.a, f.i, f.x, f.s, f.p, f.k, f.e)
  return session and isAlive(keys, session, now, touchMs, notBefore) and fields or false
end
