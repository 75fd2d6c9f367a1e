-- Everything that a list shows of a session: id, createdAt, touchedAt, idle, absolute (ms), IP address, packed user agent.
local function describe(keys, session)
  local f = redis.call('HMGET', keys.session, 'ip', 'b')
  return {
    keys.id, text(session.createdAt), text(session.touchedAt), text(session.idle), text(session.absolute),
    f[1] or '', wholeText(keys.session, 'b', f[2])
  }
end
