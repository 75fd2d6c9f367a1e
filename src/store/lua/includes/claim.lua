-- An anonymous session (src/sessions/anonymous.ts) whose place a login takes: one hash beside its record.
--   n  the claimant, '<public id> <user id>' of the session that is opened; f  those who claimed it before, in the same form, one after the other
--   t  when it was claimed (ms), 0 if it was given up; s  secret digest; d  1 when its place was taken

-- How long nobody changes the data of a session that is claimed: many times longer than a login takes.
local CLAIM_MS = 60000

local function isAnonymous(userId)
  return string.sub(userId, 1, 10) == 'anonymous:'
end

local function claimKey(keys)
  return keys.prefix .. 'session-claim:{' .. keys.tag .. '}' .. keys.hex
end

-- Whether a login that may yet come to its end has claimed the session.
local function isClaimed(keys, session, now)
  return isAnonymous(session.userId) and now < (redis.call('HGET', claimKey(keys), 't') or -CLAIM_MS) + CLAIM_MS
end
