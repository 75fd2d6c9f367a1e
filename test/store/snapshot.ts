import { mastersOf, type RedisClient } from '../../src/store/scripts.ts'

/** One key as it was at the moment of the snapshot. */
export interface StoredKey {
  key: string
  type: string
  /** When it ends (ms), -1 for never. */
  endsAtMs: number
  encoding: string
  /** A hash as field, value …; a sorted set as member (hex), score …; a list as its entries; a string as its one text. */
  content: string[]
  /** Bytes of the longest text in it; a piece of a text may end within a character, so they cannot be counted here. */
  longestBytes: number
}

/** All keys of one slot tag, or one key without a tag, read in one step, so that nothing expires between two of them. */
export interface Snapshot { nowMs: number, keys: StoredKey[] }

/** Snapshots under way together. */
const AT_ONCE = 200

const read = `#!lua flags=no-writes
local time = redis.call('TIME')
local seen = {}
for _, key in ipairs(KEYS) do
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'none' then
    local content = kind == 'hash' and redis.call('HGETALL', key)
      or kind == 'zset' and redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
      or kind == 'list' and redis.call('LRANGE', key, 0, -1)
      or kind == 'string' and { redis.call('GET', key) } or { '' }
    if kind == 'zset' then
      for i = 1, #content, 2 do content[i] = content[i]:gsub('.', function(byte) return string.format('%02x', byte:byte()) end) end
    end
    local longest = 0
    for _, text in ipairs(content) do longest = math.max(longest, #text) end
    seen[#seen + 1] = { key, kind, redis.call('PEXPIRETIME', key), redis.call('OBJECT', 'ENCODING', key), content, longest }
  end
end
return { time[1] * 1000 + math.floor(time[2] / 1000), seen }`

type Reply = [nowMs: number, keys: Array<[key: string, type: string, endsAtMs: number, encoding: string, content: string[], longestBytes: number]>]

/** Everything under a key prefix, tag by tag; works the same on one Redis and on a Cluster. */
export async function snapshots (client: RedisClient, prefix: string): Promise<Snapshot[]> {
  const groups = new Map<string, string[]>()
  for (const key of await keysUnder(client, prefix)) {
    const group = slotOf(key)
    groups.set(group, [...groups.get(group) ?? [], key])
  }
  // Not all at once: the last of ten thousand would wait for longer than a command may take.
  const all = [...groups.values()]
  const seen: Snapshot[] = []
  for (let start = 0; start < all.length; start += AT_ONCE) seen.push(...await Promise.all(all.slice(start, start + AT_ONCE).map(keys => snapshot(client, keys))))
  return seen
}

async function snapshot (client: RedisClient, keys: string[]): Promise<Snapshot> {
  const [nowMs, seen] = await client.eval(read, keys.length, ...keys) as Reply
  return { nowMs, keys: seen.map(([key, type, endsAtMs, encoding, content, longestBytes]) => ({ key, type, endsAtMs, encoding, content, longestBytes })) }
}

/** The names of all keys with that prefix, in order. */
export async function keysUnder (client: RedisClient, prefix: string): Promise<string[]> {
  const keys = new Set<string>()
  for (const master of mastersOf(client)) {
    for (let cursor = '0'; ;) {
      const [next, found] = await master.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000)
      for (const key of found) keys.add(key)
      if (next === '0') break
      cursor = next
    }
  }
  return [...keys].sort()
}

/** Keys with the same tag are in the same slot of a Cluster; a key without one is alone. */
function slotOf (key: string): string {
  return /\{(.+?)\}/.exec(key)?.[1] ?? key
}
