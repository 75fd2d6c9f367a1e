-- An anonymous session (src/sessions/anonymous.ts) whose place a login takes: one hash beside its record. Claimants are `<public id> <user id>` of sessions that are
-- opened for it, and a space.
--   n  the claimant; f  those who claimed it before, whose sessions nobody may have; k  those who took its place and are followed by n
--   t  when it was claimed (ms), 0 if that was given up; s  secret digest; d  when its place was taken (ms)

-- How long nobody changes the data of a session that is claimed, and how long it is told who took its place: many times longer than a login takes.
local CLAIM_MS = 60000
-- How long a claim that has come to its end is there for upkeep to look at: longer than two of its turns.
local TAKEN_LIFE_MS = 3600000
-- Claimants that may be in doubt at the same time.
local MOST_CLAIMANTS = 16

local function claimKey(keys)
  return keys.prefix .. 'session-claim:{' .. keys.tag .. '}' .. keys.hex
end

-- How many are in a list of claimants.
local function countOf(claimants)
  return select(2, string.gsub(claimants, ' ', ' ')) / 2
end

-- Whether a login that may yet come to its end has claimed the session.
local function isClaimed(keys, session, now)
  return isAnonymous(session.userId) and now < (redis.call('HGET', claimKey(keys), 't') or -CLAIM_MS) + CLAIM_MS
end
