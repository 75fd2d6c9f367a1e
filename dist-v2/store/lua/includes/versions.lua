-- The version of what is made, or made again: microseconds, so that it is none of what was there before. Nobody writes to one key once a microsecond.

local function nextVersion(version)
  if version > 0 then return version + 1 end
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
