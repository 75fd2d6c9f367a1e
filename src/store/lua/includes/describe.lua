-- Everything that a list shows of a session: id, createdAt, touchedAt, idle, absolute, extended until, authenticatedAt (ms), packed IP address,
-- packed user agent, lifetime profile ('' for the default one), device name and capabilities ('' for none), last packed IP address and user agent.
local function describe(keys, session)
  local address, agent, lastAddress, lastAgent = placesOf(keys.session)
  local f = redis.call('HMGET', keys.session, 'l', 'dn', 'dc')
  return {
    idOf(keys), text(session.createdAt), text(session.touchedAt), text(session.idle), text(session.absolute),
    text(session.extendedUntil), text(session.authenticatedAt), address, agent, f[1] or '',
    wholeText(keys.session, 'dn', f[2]), wholeText(keys.session, 'dc', f[3]), lastAddress, lastAgent
  }
end

-- The same of a session that is alive, false of one that is not.
local function describeLive(keys, now, touchMs)
  local session = liveSession(keys, now, touchMs)
  return session and describe(keys, session) or false
end
