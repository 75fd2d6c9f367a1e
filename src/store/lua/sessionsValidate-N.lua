-- Judges credentials whose MAC is good, each by itself, and records what is a use at most once a touch interval.
--   Flags: allow-oom
--   Includes: session, index, long-text, place
--   Rarely: openBurial of members, end-all, history, revoked, user-data, channels, burial
--   KEYS[1] … session:{tag}<28 hex> of each; on a Cluster all of one slot
--   ARGV     1 grace (ms), 2 touch interval, see includes/session.lua, 3 age of a generation from which it is to be rotated (ms), 0: never,
--            4 limits of the history, see includes/history.lua, then of each `<1 if asking is a use of the session, 0 if it is not> <generation> <secret digest>`
--   Reply    of each one text, in their order; fewer if they would block Redis too long: the first ones, at least one, and the rest is to be asked again:
--            [user id, profile, createdAt, touchedAt, idle, absolute, extended until, authenticatedAt (ms), rotation, binding, good for (ms),
--             advanced (0 or 1)
--             [, old bucket, new bucket, last packed IP address, last packed user agent]] as JSON: alive; these if moved: it was last used from there before.
--             Rotation 1: the client is to get the successor, 2: it is not to have another one yet, because the predecessor of its credential is
--             still in its grace. The verdict is the same for so long if nothing is changed: no deadline passes, no grace ends, no rotation gets
--             due, and no use has to be recorded. Advanced: this was the first use of this generation
--            'dead ' not alive; 'dead <old bucket>' not alive and now deleted
--            'error <message>' the record is damaged in a way that Redis refuses; the others are judged nevertheless
--   A higher generation than the stored one proves that the store is behind: it advances and starts the predecessor's grace.
--   Only sessions that rotate by policy are told of it, also a predecessor in its grace: its client has not seen the successor yet.
--   While a predecessor is in its grace there is no further generation: it would make that one too old at once.
--   The direct predecessor after its grace, or anything older, is reuse: the session ends.

local now, graceMs, touchMs, rotateAfterMs = nowMs(), tonumber(ARGV[1]), touchOf(ARGV[2]), tonumber(ARGV[3])

-- What a verdict costs, measured: one that only reads is 1, which is about 10 µs. A first use of a generation is told and has its place in the history; an end is the most.
-- A profile costs one more for each so many bytes: with the claims of another service it may have 3 KB.
local READ, TOUCH, ADVANCE, ENDING, PROFILE_BYTES = 1, 1, 3, 4, 512

-- As soon as that much is spent no further credential is judged: eight touches, or four first uses or ends.
local BUDGET = 16

local spent, burial = 0, nil

-- The burial and the history of all of the call: making their verbs costs as much as one more read.
local function openOnce()
  burial = burial or openBurial(ARGV[4])
  return burial
end

local function judge(keys, proof)
  local use, decimal, secretDigest = string.match(proof, '^([01]) (%d+) (.*)$')
  spent = spent + READ
  local session = readSession(keys)
  if not session then return 'dead ' end
  if not isAlive(keys, session, now, touchMs) then
    spent = spent + ENDING
    return 'dead ' .. (openOnce().endDead(keys, session, touchMs) or '')
  end
  if session.secretDigest ~= secretDigest then return 'dead ' end

  local generation = tonumber(decimal)
  local isBehind, isAhead = generation < session.generation, generation > session.generation
  if isAhead then
    spent = spent + ADVANCE
    session.generation, session.advancedAt = generation, now
    redis.call('HSET', keys.session, 'g', decimal, 'r', since(session, now))
    announceChange(keys)
    openOnce().recordRotated(keys, session.userId, decimal)
  elseif isBehind and (generation < session.generation - 1 or now >= session.advancedAt + graceMs) then
    spent = spent + ENDING
    return 'dead ' .. openOnce().endSession(keys, session, touchMs, 'reuse_detected', '')
  end
  local rotation = 0
  if not isBehind and generation > 1 and now < session.advancedAt + graceMs then
    rotation = 2
  elseif session.rotates and rotateAfterMs > 0 and (isBehind or now >= session.advancedAt + rotateAfterMs) then
    rotation = 1
  end

  local moved = ''
  if use == '1' and now - session.touchedAt >= touchMs then
    spent = spent + TOUCH
    local before = bucketOf(deadlineOf(session, touchMs))
    touchSession(keys, session, now, touchMs)
    local _, _, address, agent = placesOf(keys.session)
    moved = string.format(',"%s","%s",%s,%s', before, bucketOf(deadlineOf(session, touchMs)), cjson.encode(address), cjson.encode(agent))
  end

  local profile = wholeText(keys.session, 'p', session.profile)
  spent = spent + math.floor(#profile / PROFILE_BYTES)
  local goodUntil = math.min(deadlineOf(session, touchMs), session.touchedAt + touchMs)
  if now < session.advancedAt + graceMs then goodUntil = math.min(goodUntil, session.advancedAt + graceMs) end
  if session.rotates and rotateAfterMs > 0 and rotation == 0 then goodUntil = math.min(goodUntil, session.advancedAt + rotateAfterMs) end
  return string.format('[%s,["%s"],%d,%d,%d,%d,%d,%d,%d,%s,%d,%d%s]',
    cjson.encode(session.userId), profile,
    session.createdAt, session.touchedAt, session.idle, session.absolute, session.extendedUntil, session.authenticatedAt,
    rotation, cjson.encode(session.binding), goodUntil - now, isAhead and 1 or 0, moved)
end

local verdicts = {}
for i, key in ipairs(KEYS) do
  if spent >= BUDGET then break end
  local isJudged, verdict = pcall(judge, keysOf(key), ARGV[4 + i])
  verdicts[i] = isJudged and verdict or 'error ' .. (type(verdict) == 'table' and verdict.err or tostring(verdict))
end
return verdicts
