-- A session's keys and its judgement by the clock. Everything is in the user's slot.

-- Milliseconds of Redis TIME: the only clock that decides.
local function nowMs()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- A whole number as text. Cheaper than '%.0f', and right for moments where Redis has 64 bits: sessionCreate refuses others.
local function text(number)
  return string.format('%d', number)
end

-- Sessions of everybody that were created until then are dead (ms): what touchOf was told.
local everybodyBefore = 0

-- The touch interval (ms) of `text`, which goes on, if everybody's sessions were ended, with a space and the moment until which.
local function touchOf(text)
  local touchMs = tonumber(text)
  if touchMs then return touchMs end
  local interval, before = string.match(text, '^(%d+) (%d+)$')
  everybodyBefore = tonumber(before)
  return tonumber(interval)
end

-- The keys of the record at `sessionKey`, which ends with `session:{<4 hex>}<28 hex>`, and of what belongs to its user, and of what the record's own key consists.
local function keysOf(sessionKey)
  local prefix, tag, hex = string.sub(sessionKey, 1, -43), string.sub(sessionKey, -33, -30), string.sub(sessionKey, -28)
  return {
    session = sessionKey,
    notBefore = prefix .. 'not-before:{' .. tag .. '}',
    index = prefix .. 'user-sessions:{' .. tag .. '}:',
    prefix = prefix,
    tag = tag,
    hex = hex
  }
end

-- Whether that is somebody who has not logged in (src/sessions/anonymous.ts).
local function isAnonymous(userId)
  return string.sub(userId, 1, 10) == 'anonymous:'
end

-- The key of the session's data.
local function dataKey(keys)
  return keys.prefix .. 'session-data:{' .. keys.tag .. '}' .. keys.hex
end

-- The session's public id.
local function idOf(keys)
  local hex = keys.tag .. keys.hex
  return hex:sub(1, 8) .. '-' .. hex:sub(9, 12) .. '-' .. hex:sub(13, 16) .. '-' .. hex:sub(17, 20) .. '-' .. hex:sub(21)
end

-- Tells every instance, once a script, that what it remembers of the slot's sessions is outdated; and which of them has ended, if one has,
-- which is then refused without asking. Uses are not told: nothing that is remembered lives until the next one is to be recorded. A user of
-- Redis who may not publish does everything else nevertheless.
local announced = {}
local function announceChange(keys, endedHex)
  if announced[keys.tag] then return end
  announced[keys.tag] = true
  redis.pcall('PUBLISH', keys.prefix .. 'session-changes', keys.tag .. (endedHex or ''))
end

-- When a session ends if nothing more happens: idle counts from the last touch, which may lie `touchMs` before the last use;
-- an extension holds until its moment, and nothing holds beyond the absolute deadline.
local function deadlineOf(session, touchMs)
  local deadline, extended, absolute = session.touchedAt + session.idle + touchMs, session.extendedUntil, session.absolute
  if deadline < extended then deadline = extended end
  return deadline < absolute and deadline or absolute
end

-- The counting bucket of a deadline (10 s wide).
local function bucketOf(deadline)
  return text(math.floor(deadline / 10000))
end

-- Durations are kept in seconds, with a fraction if need be (secondsOf in sessionCreate).
local function msOf(seconds)
  return math.floor(seconds * 1000 + 0.5)
end

-- A moment as the record keeps it: how long after createdAt (ms).
local function since(session, moment)
  return text(moment - session.createdAt)
end

-- The session that a record describes, or nil if one of the required fields is missing. `p`, the profile, is the first piece of it, see long-text.lua.
local function sessionOf(u, c, a, i, x, s, p, k, e, g, r, o, w, t, d, h)
  local createdAt, idle, lifetime = tonumber(c), tonumber(i), tonumber(x)
  if not (u and s and p and createdAt and idle and lifetime) then return nil end
  return {
    userId = u, createdAt = createdAt, touchedAt = createdAt + (a or 0), idle = msOf(idle), absolute = createdAt + msOf(lifetime),
    generation = tonumber(g or 1), secretDigest = s, keptAt = k and createdAt + k or 0,
    profile = p, extendedUntil = e and createdAt + e or 0,
    advancedAt = createdAt + (r or 0), rotates = o, binding = w or '', authenticatedAt = createdAt + (t or 0),
    deviceType = d or 'u', deviceId = h
  }
end

-- The record at keys.session, or nil if there is none; and its fields as they are kept. A record without its required fields is reported as broken.
local function readSession(keys)
  local f = redis.call('HMGET', keys.session, 'u', 'c', 'a', 'i', 'x', 's', 'p', 'k', 'e', 'g', 'r', 'o', 'w', 't', 'd', 'h')
  local session = sessionOf(unpack(f))
  if not session and redis.call('EXISTS', keys.session) == 1 then return { broken = true, userId = f[1] } end
  return session, f
end

-- When the session of that record was last used, as far as it is recorded (ms); 0 if there is none.
local function touchedAtOf(sessionKey)
  local f = redis.call('HMGET', sessionKey, 'c', 'a')
  return (f[1] or 0) + (f[2] or 0)
end

-- Whether a record that exists is alive at `now`: whole, before both deadlines, and newer than everybody's not-before and its user's, which is read unless it is given.
local function isAlive(keys, session, now, touchMs, notBefore)
  if session.broken or now >= deadlineOf(session, touchMs) or session.createdAt <= everybodyBefore then return false end
  notBefore = notBefore or tonumber(redis.call('HGET', keys.notBefore, session.userId) or 0)
  return session.createdAt > notBefore or session.keptAt >= notBefore
end

-- The session that is alive at `now`, or nil.
local function liveSession(keys, now, touchMs)
  local session = readSession(keys)
  if session and isAlive(keys, session, now, touchMs) then return session end
  return nil
end
