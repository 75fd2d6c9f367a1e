-- What other services are told of an end: an entry in the slot's outbox, in the same step. It is moved from there to the feed of all (store/revocations/), which
-- lies in another slot. What has expired by itself is not told: whoever remembers a session knows its deadline.

-- As long as something may be accepted elsewhere for a session that has ended: a token 300 s, by a clock that is 60 s behind.
local REVOKED_LIFE = 360000

-- The outbox of a slot whose feed nobody reads keeps no more than this of what is outdated.
local MOST_OUTDATED = 32

-- An entry: `<at (ms)> <kind> <28 hex> <reason> <user id>`. Kind `s`: that session has ended; `u`: all of the user's that are as old, but the one with those hex ('-' for none);
-- `a`: all of everybody's that are as old, without hex ('-') and user ('*').
local function tellRevoked(prefix, tag, at, kind, hex, reason, userId)
  local key = prefix .. 'revoked:{' .. tag .. '}'
  local count = redis.call('RPUSH', key, text(at) .. ' ' .. kind .. ' ' .. hex .. ' ' .. reason .. ' ' .. userId)
  redis.call('PEXPIRE', key, REVOKED_LIFE)
  if count <= MOST_OUTDATED then return end
  -- Two for each that comes: it gets no longer.
  for _, oldest in ipairs(redis.call('LRANGE', key, 0, 1)) do
    if tonumber(string.match(oldest, '^%d+')) < at - REVOKED_LIFE then redis.call('LPOP', key) end
  end
end
