import { setTimeout as sleep } from 'node:timers/promises'
import { Cluster } from 'ioredis'
import t from 'tap'
import { createKeys } from '../../src/store/keys.ts'
import { createUserWalk } from '../../src/store/user-walk.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { randomPrefix } from '../harness.ts'
import { connected, newSession, openStore } from './fixture.ts'

const call = async <T>(command: () => Promise<T>) => command()

t.test('every user who has sessions is found, step by step, on every master', async t => {
  const { store } = await openStore(t)
  const users = Array.from({ length: 300 }, (_, i) => `user:{${i}}*`)
  for (const userId of users) await store.create(newSession(userId))
  const found = new Set<string>()
  let steps = 0
  for (let place: string | null = null; ; steps++) {
    const { at, userIds, next } = await store.someUsers(place)
    t.ok(place === null || at === place)
    for (const userId of userIds) found.add(userId)
    if (next === null) break
    place = next
  }
  t.strictSame([...found].sort(), users.sort())
  t.ok(steps > 1)
})

t.test('with one Redis a place is good as long as its process is', async t => {
  const redis = await privateRedis(t)
  const client = await connected(t, redis.url)
  const prefix = randomPrefix()
  for (let i = 0; i < 300; i++) await client.set(`${prefix}filler${i}`, '', 'EX', 60)
  const walk = createUserWalk({ client, keys: createKeys(prefix) }, call)
  const { next } = await walk.someUsers(null)
  t.notMatch(next, /\.0\.0$/)
  t.equal((await walk.someUsers(next)).at, next)
  await redis.stop()
  await redis.start()
  while (await client.ping().then(() => false, () => true)) await sleep(20)
  t.match((await walk.someUsers(next)).at, /\.0\.0$/, 'of another one it begins again')
})

interface Sketch { port: number, slots: string, keys: string[], runId?: string }

/** A master that has those keys, in two steps of SCAN. */
const master = ({ port, slots, keys, runId = `run${port}` }: Sketch) => ({
  options: { host: '127.0.0.1', port },
  info: async () => runId === '' ? '# Server\r\n' : `# Server\r\nrun_id:${runId}\r\n`,
  cluster: async () => `abc 127.0.0.1:9@19 slave other 0 1 2 connected\ndef 127.0.0.1:${port}@1 myself,master - 0 1700000000000 1 connected ${slots}\n`,
  scan: async (cursor: string) => [cursor === '0' ? '7' : '0', cursor === '0' ? keys.slice(0, 1) : keys.slice(1)]
})

/** A walk over a Cluster of these, which may be others at each look. */
function walkOver (keys: ReturnType<typeof createKeys>, ...looks: Sketch[][]) {
  const seen = { refreshes: 0 }
  let look = 0
  const client = Object.assign(Object.create(Cluster.prototype), {
    isCluster: true,
    nodes: () => (looks[Math.min(look++, looks.length - 1)] ?? []).map(master),
    refreshSlotsCache: () => seen.refreshes++
  })
  return { ...createUserWalk({ client, keys }, call), seen }
}

t.test('it goes through the masters in order, and begins again when one is another process, or has other slots, or there is one more', async t => {
  const keys = createKeys(randomPrefix())
  const one = { port: 1, slots: '0-8000 8002', keys: [keys.userSessions('0000', 'a'), keys.userSessions('0001', 'b')] }
  const two = { port: 2, slots: '8001 8003-16383', keys: [keys.userSessions('0002', 'c')] }
  const whole = walkOver(keys, [two, one])
  const first = await whole.someUsers(null)
  t.strictSame(first.userIds, ['a'])
  const second = await whole.someUsers(first.next)
  t.strictSame([second.at, second.userIds], [first.next, ['b']])
  const third = await whole.someUsers(second.next)
  t.strictSame(third.userIds, ['c'])
  const last = await whole.someUsers(third.next)
  t.strictSame([last.userIds, last.next], [[], null])
  t.strictSame(await walkOver(keys, [one, two]).someUsers(second.next), third, 'in whatever order they are known')

  const others = [
    [one, { ...two, runId: 'sun2' }], [{ ...one, slots: '0-8002' }, { ...two, slots: '8003-16383' }],
    [one, { ...two, slots: '8001 8003-16382' }, { port: 3, slots: '16383', keys: [] }]
  ]
  for (const other of others) t.strictSame((await walkOver(keys, other).someUsers(third.next)).userIds, ['a'])
  const changing = await walkOver(keys, [one, two], others[0] ?? []).someUsers(third.next)
  t.match(changing.next, /\.0\.0$/, 'also if that is seen behind the last step')
  t.not(changing.next?.slice(0, 16), third.next?.slice(0, 16))

  const moving = [one, { ...two, slots: `${two.slots} [8003->-abc]` }]
  t.match((await walkOver(keys, moving).someUsers(third.next)).at, /\.0\.0$/, 'when a slot begins to move it begins again')
  const second3 = await walkOver(keys, moving).someUsers((await walkOver(keys, moving).someUsers(null)).next)
  t.notMatch(second3.at, /\.0\.0$/, 'but not as long as it is on its way')
  t.strictSame((await walkOver(keys, [{ ...one, runId: '' }, { ...two, runId: '' }]).someUsers(null)).userIds.length, 1, 'nor where nobody says which process it is')

  for (const place of ['', 'x', `${third.next}0000000000000000000000`, third.next?.replace(/\d+$/, '18446744073709551616') ?? '', third.next?.replace(/\.\d+\./, '.9.') ?? '']) {
    await t.rejects(whole.someUsers(place), { code: 'malformed_cursor' }, place)
  }
})

t.test('as long as not all masters of a Cluster are known nobody is told that these were all', async t => {
  const keys = createKeys(randomPrefix())
  for (const known of [[], [{ port: 1, slots: '0-16382', keys: [] }]]) {
    const walk = walkOver(keys, known)
    await t.rejects(walk.someUsers(null), { code: 'store_unavailable' })
    t.equal(walk.seen.refreshes, 1)
  }
})
