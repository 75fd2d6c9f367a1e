import t from 'tap'
import { bytesPerSession } from '../../bench/figures/memory.ts'
import { createSeeder, userOf } from '../../bench/seed.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { randomKeyring } from '../harness.ts'
import { connected } from './fixture.ts'

/** All of them opened and used as a client does: copies of some take ten bytes less. */
const SESSIONS = 20_000

/** A Redis of its own: nobody else's keys are counted. */
async function opened (t: Parameters<typeof privateRedis>[0]) {
  const redis = await privateRedis(t, 'unix', ['--appendonly', 'no'])
  const client = await connected(t, redis.url)
  const keyring = randomKeyring()
  // The scripts stay in the memory of Redis.
  await bytesPerSession(client, keyring, 2, 'all')
  return { client, keyring }
}

t.test('a session that says who, when, from where and until when takes at most 450 bytes, its place in the index included', async t => {
  const { client, keyring } = await opened(t)
  const bytes = await bytesPerSession(client, keyring, SESSIONS, 'foundation')
  t.ok(bytes > 300 && bytes <= 450, `${bytes} bytes`)
})

t.test('with its device, its binding and the address of its last use it takes at most 530 bytes', async t => {
  const { client, keyring } = await opened(t)
  const bytes = await bytesPerSession(client, keyring, SESSIONS, 'all')
  t.ok(bytes > 400 && bytes <= 530, `${bytes} bytes`)
})

t.test('a record is a listpack, and no value of a caller is in it', async t => {
  const { client, keyring } = await opened(t)
  const seeder = createSeeder(client, keyring, { facts: 'all' })
  const [credential = ''] = await seeder.open([userOf(10)])
  await seeder.use([credential])
  const [key = ''] = await client.keys('session:*')
  const before = await client.hgetall(key)
  await seeder.store.writeData(credential.slice(0, 36), { values: new Map([['a', JSON.stringify('x'.repeat(298))]]), ifVersion: null })
  t.strictSame(await client.hgetall(key), before)
  t.equal(await client.object('ENCODING', key), 'listpack')
  await seeder.close()
})
