-- Judges credentials whose MAC is good, each by itself, and records what is a use at most once a touch interval.
--   Flags: allow-oom
--   Includes: session, index, long-text, place
--   Rarely: openBurial of members, end-all, history, revoked, user-data, channels, burial
--   KEYS[1] … session:{tag}<28 hex> of each; on a Cluster all of one slot
--   ARGV     1 grace (ms), 2 touch interval, see includes/session.lua, 3 age of a generation from which it is to be rotated (ms), 0: never,
--            4 limits of the history, see includes/history.lua, 5 of each in its order `<1 if asking is a use of the session, 0 if it is not> <generation> <secret digest>;`
--   Reply    of each one text, in their order; fewer if they would block Redis too long: the first ones, at least one, and the rest is to be asked again:
--            '<rotation> <advanced, 0 or 1> <good for, ms>\n<facts>[\n<moved>]' alive.
--             Rotation 1: the client is to get the successor, 2: it is not to have another one yet, because the predecessor of its credential is
--             still in its grace. Advanced: this was the first use of this generation. The verdict is the same for so long if nothing is changed:
--             no deadline passes, no grace ends, no rotation gets due, and no use has to be recorded
--             Facts: [user id, profile, createdAt (ms), touchedAt (ms since), idle (s), absolute (s since), extended until (ms since) or null, authenticatedAt (ms since), binding]
--             as JSON, in the record's own terms: whoever had the same text before need not read it
--             Moved: [old bucket, new bucket, last packed IP address, last packed user agent] as JSON, if this use is written down: it was last used from there before
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

local function judge(keys, use, decimal, secretDigest)
  spent = spent + READ
  local session, f = readSession(keys)
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
    f[3] = since(session, now)
    local _, _, address, agent = placesOf(keys.session)
    moved = '\n' .. cjson.encode({ before, bucketOf(deadlineOf(session, touchMs)), address, agent })
  end

  local profile = wholeText(keys.session, 'p', session.profile)
  spent = spent + math.floor(#profile / PROFILE_BYTES)
  local goodUntil = math.min(deadlineOf(session, touchMs), session.touchedAt + touchMs)
  if now < session.advancedAt + graceMs then goodUntil = math.min(goodUntil, session.advancedAt + graceMs) end
  if session.rotates and rotateAfterMs > 0 and rotation == 0 then goodUntil = math.min(goodUntil, session.advancedAt + rotateAfterMs) end
  return rotation .. (isAhead and ' 1 ' or ' 0 ') .. (goodUntil - now) .. '\n[' .. cjson.encode(session.userId) .. ',["' .. profile .. '"],' ..
    f[2] .. ',' .. (f[3] or 0) .. ',' .. f[4] .. ',' .. f[5] .. ',' .. (f[9] or 'null') .. ',' .. (f[14] or 0) .. ',' .. cjson.encode(session.binding) .. ']' .. moved
end

local verdicts, i = {}, 0
for use, decimal, secretDigest in string.gmatch(ARGV[5], '([01]) (%d+) ([^;]*);') do
  if spent >= BUDGET then break end
  i = i + 1
  local isJudged, verdict = pcall(judge, keysOf(KEYS[i]), use, decimal, secretDigest)
  verdicts[i] = isJudged and verdict or 'error ' .. (type(verdict) == 'table' and verdict.err or tostring(verdict))
end
return verdicts
