-- Where a session was opened from and last used from: packed IP address and packed user agent of each. What is still as at login is not kept twice.
local function placesOf(key)
  local f = redis.call('HMGET', key, 'f', 'b', 'j', 'v')
  local address, agent = f[1] or '', wholeText(key, 'b', f[2])
  return address, agent, f[3] or address, f[4] and wholeText(key, 'v', f[4]) or agent
end
