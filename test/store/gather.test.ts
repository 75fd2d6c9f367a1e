import t from 'tap'
import { gather } from '../../src/store/gather.ts'
import { newSession, openStore } from './fixture.ts'

t.test('descriptions that are asked for in one turn share a call of at most sixteen, and each has its own', async t => {
  const { store, client } = await openStore(t)
  const sessions = Array.from({ length: 20 }, (_, i) => newSession(String(i)))
  for (const session of sessions) await store.create(session)
  const calls: number[] = []
  const ask = client.sessionsDescribeBuffer
  client.sessionsDescribeBuffer = ((...args: Parameters<typeof ask>) => {
    calls.push(args[0])
    return ask.apply(client, args)
  }) as typeof ask
  const ids = [...sessions.map(({ credential: { id } }) => id), newSession('unknown').credential.id]
  t.strictSame((await Promise.all(ids.map(id => store.describe(id)))).map(session => session?.userId), [...sessions.map(({ userId }) => userId), undefined])
  if (client.isCluster) t.ok(calls.length > 2, 'of one slot each')
  else t.strictSame(calls, [16, 5])
})

t.test('a damaged record fails who asked for it, and nobody else', async t => {
  const { store, client, keys } = await openStore(t)
  const sessions = Array.from({ length: 3 }, () => newSession('1'))
  for (const session of sessions) await store.create(session)
  const [one, damaged, other] = sessions.map(({ credential: { id } }) => id)
  const key = keys.session(String(damaged))
  await client.rename(key, `${key}-kept`)
  await client.set(key, 'not a hash', 'PX', 60_000)
  const found = await Promise.allSettled([one, damaged, other].map(id => store.describe(String(id))))
  t.match(found, [{ value: { id: one } }, { status: 'rejected', reason: { message: /WRONGTYPE/ } }, { value: { id: other } }])
  await client.rename(`${key}-kept`, key)
})

t.test('on a Cluster a call is about one slot; one that fails, fails for all that share it', async t => {
  const calls: string[][] = []
  const ask = gather({ isCluster: true }, 2, async (sessions: Array<{ id: string }>, answer: (replies: string[]) => void) => {
    calls.push(sessions.map(({ id }) => id))
    if (sessions.some(({ id }) => id.endsWith('bad'))) throw new Error('bad')
    answer(sessions.map(({ id }) => `of ${id}`))
  }, (_session, reply) => reply)
  const ids = ['aaaa1', 'bbbb1', 'aaaa2', 'aaaa3', 'cccc1', 'cccc-bad']
  const replies = await Promise.allSettled(ids.map(id => ask({ id })))
  t.match(replies, [...ids.slice(0, 4).map(id => ({ value: `of ${id}` })), { reason: { message: 'bad' } }, { reason: { message: 'bad' } }])
  t.strictSame(calls, [['aaaa1', 'aaaa2'], ['cccc1', 'cccc-bad'], ['bbbb1'], ['aaaa3']])
})

t.test('a reply that comes when nobody waits any more is not read', async t => {
  let late: (replies: string[]) => void = () => {}
  const read: string[] = []
  const ask = gather({ isCluster: false }, 2, async (_sessions: Array<{ id: string }>, answer: (replies: string[]) => void) => {
    late = answer
    throw new Error('too late')
  }, (_session, reply) => read.push(reply))
  await t.rejects(ask({ id: 'a' }), { message: 'too late' })
  late(['of a'])
  t.strictSame(read, [])
})
