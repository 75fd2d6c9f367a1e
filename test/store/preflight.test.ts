import t from 'tap'
import { createKeys } from '../../src/store/keys.ts'
import { preflight, warningTexts } from '../../src/store/preflight.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { connected } from './fixture.ts'

const cases: Array<[expected: Array<keyof typeof warningTexts>, what: string, settings: string[]]> = [
  [[], 'with an append-only file and no eviction', ['--maxmemory-policy', 'noeviction']],
  [['redis_eviction_policy'], 'that may evict', ['--maxmemory-policy', 'allkeys-lru']],
  [['redis_eviction_policy'], 'that may evict what has a TTL, which is everything', ['--maxmemory-policy', 'volatile-ttl']],
  [['redis_no_persistence'], 'that keeps no append-only file', ['--appendonly', 'no']],
  [['redis_unpacked_records'], 'that keeps values of 64 bytes in hash tables', ['--hash-max-listpack-value', '63']],
  [['redis_unpacked_records'], 'that keeps indexes unpacked', ['--zset-max-listpack-entries', '0']],
  [['redis_read_only'], 'that is a replica', ['--replicaof', '127.0.0.1 1']],
  [['redis_eviction_policy', 'redis_no_persistence', 'redis_read_only'], 'with everything wrong',
    ['--maxmemory-policy', 'allkeys-random', '--appendonly', 'no', '--replicaof', '127.0.0.1 1']]
]

for (const [expected, what, settings] of cases) {
  t.test(`a Redis ${what}: ${expected.join(', ') || 'no warning'}`, async t => {
    const redis = await privateRedis(t, 'unix', settings)
    const client = await connected(t, redis.url)
    t.strictSame(await preflight(client, createKeys('')), expected)
    for (const warning of expected) t.match(warningTexts[warning], /Redis .+: .+\./)
  })
}

t.test('where nobody may ask how a key is kept, nothing is warned of and nothing left behind', async t => {
  const redis = await privateRedis(t, 'unix', ['--maxmemory-policy', 'noeviction', '--appendonly', 'yes'])
  const client = await connected(t, redis.url)
  await client.call('ACL', 'SETUSER', 'default', '-object')
  t.strictSame(await preflight(client, createKeys('')), [])
  t.equal(await client.dbsize(), 0)
})
