-- How long a counter of failed logins asks to wait; counts nothing.
--   Flags: no-writes
--   Includes: session, failures
--   KEYS[1]  login-failures:<policy>:<subject>
--   ARGV     1 budget, 2 longest wait (ms), 0 where the wait is for the end of the window
--   Reply    ms, 0: none

local now, budget, longestWait = nowMs(), tonumber(ARGV[1]), tonumber(ARGV[2])
return text(waitOf(readFailures(KEYS[1], now, budget, longestWait), now, budget, longestWait))
