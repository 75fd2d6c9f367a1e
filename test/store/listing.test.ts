import t from 'tap'
import { tagOf } from '../../src/sessions/credential.ts'
import { newSession, openStore } from './fixture.ts'

const MANY = 700
const all = { limit: 1000, after: null }

t.test('a long list, which is read in several calls, misses nobody while all of its sessions are used', async t => {
  const { store } = await openStore(t, { touchIntervalMs: 0 })
  const sessions = Array.from({ length: MANY }, () => newSession('7'))
  await Promise.all(sessions.map(session => store.create(session)))
  const until = { isDone: false }
  /** The deadline of each moves on, and it goes to the end of the index. */
  const use = async (from: number) => {
    for (let i = from; !until.isDone; i = (i + 8) % MANY) await store.validate(sessions[i]?.credential ?? newSession().credential)
  }
  const uses = [0, 1, 2, 3, 4, 5, 6, 7].map(use)
  for (let round = 0; round < 20; round++) {
    const { count, sessions: listed } = await store.list('7', all)
    t.strictSame([count, new Set(listed.map(({ id }) => id)).size], [MANY, MANY])
    t.equal((await store.countOf('7')).get('unknown'), MANY)
  }
  until.isDone = true
  await Promise.all(uses)
})

t.test('nor if more than one call shows have the same deadline', async t => {
  const { store, client, keys } = await openStore(t, { hasMoved: true })
  await Promise.all(Array.from({ length: MANY }, () => store.create(newSession('7'))))
  const index = keys.userSessions(tagOf('7'), '7')
  const [soonest = Buffer.alloc(0)] = await client.zrangeBuffer(index, '0', '0')
  const members = await client.zrangeBuffer(index, '0', '-1')
  const deadline = String(await client.zscore(index, soonest))
  for (const member of members.slice(0, 600)) await client.zadd(index, deadline, member)
  t.equal((await store.list('7', all)).count, MANY)
})

t.test('a page of long records is not read in one call', async t => {
  const { store, client } = await openStore(t)
  const profile = { email: 'alice@example.com', name: 'Alice '.repeat(450), roles: [] }
  for (let i = 0; i < 100; i++) await store.create(newSession('7', { profile }))
  const read = client.sessionsDescribeBuffer.bind(client)
  let calls = 0
  client.sessionsDescribeBuffer = (async (...args: Parameters<typeof read>) => {
    calls++
    return read(...args)
  }) as typeof read
  const { count, sessions } = await store.list('7', { limit: 100, after: null })
  t.strictSame([count, new Set(sessions.map(({ id }) => id)).size], [100, 100])
  t.ok(calls >= 3, `${calls} calls beside that of the index`)
  t.ok(sessions.every((session, i) => i === 0 || session.times.createdAtMs <= Number(sessions[i - 1]?.times.createdAtMs)), 'the newest first')
})

t.test('of what ends between two calls nothing is shown or counted, though it is not deleted yet', async t => {
  const { store, client } = await openStore(t)
  await Promise.all(Array.from({ length: MANY }, () => store.create(newSession('7'))))
  const [read, deletion] = [client.sessionsIndexedBuffer.bind(client), client.sessionsEndSlice.bind(client)]
  let calls = 0
  client.sessionsIndexedBuffer = (async (...args: Parameters<typeof read>) => {
    const reply = await read(...args)
    if (++calls === 1) await store.endAll('7', null)
    return reply
  }) as typeof read
  client.sessionsEndSlice = (async () => [0, 0]) as unknown as typeof deletion
  t.equal((await store.countOf('7')).size, 0)
  t.ok(calls > 2, `${calls} calls`)
  client.sessionsEndSlice = deletion
  await store.endAll('7', null)
  t.strictSame(await store.list('7', all), { count: 0, sessions: [] })
})
