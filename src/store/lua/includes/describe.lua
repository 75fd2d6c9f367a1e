-- Everything that a list shows of a session: id, createdAt, touchedAt, idle, absolute, extended until, authenticatedAt (ms), IP address,
-- packed user agent, lifetime profile ('' for the default one), device name and capabilities ('' for none).
local function describe(keys, session)
  local f = redis.call('HMGET', keys.session, 'ip', 'b', 'l', 'dn', 'dc')
  return {
    keys.id, text(session.createdAt), text(session.touchedAt), text(session.idle), text(session.absolute),
    text(session.extendedUntil), text(session.authenticatedAt), f[1] or '', wholeText(keys.session, 'b', f[2]), f[3] or '',
    wholeText(keys.session, 'dn', f[4]), wholeText(keys.session, 'dc', f[5])
  }
end
