-- The buckets that sessions are counted in: for the recount, which asks about all that there are. It reads no more of each than says when it ends, and whether it is whole.
--   Flags: no-writes
--   Includes: session
--   KEYS[1] … session:{tag}<28 hex> of each; on a Cluster all of one slot
--   ARGV     1 touch interval, see includes/session.lua
--   Reply    of each its bucket; '' if there is no session, its deadline is over, or it is damaged
--   What Redis refuses for another reason is its reply to all. One that a not-before has ended is counted until it is deleted: whoever deletes it takes it out.

local now, touchMs, buckets = nowMs(), touchOf(ARGV[1]), {}

local function bucketAt(key)
  local session = sessionOf(unpack(redis.call('HMGET', key, 'u', 'c', 'a', 'i', 'x', 's', 'p', 'k', 'e')))
  local deadline = session and deadlineOf(session, touchMs)
  return deadline and now < deadline and bucketOf(deadline) or ''
end

for i, key in ipairs(KEYS) do
  local isRead, bucket = pcall(bucketAt, key)
  if not isRead and type(bucket) == 'table' and not string.find(bucket.err, 'WRONGTYPE', 1, true) then return bucket end
  buckets[i] = isRead and bucket or ''
end
return buckets
