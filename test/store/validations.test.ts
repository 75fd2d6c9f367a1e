import { setImmediate as nextTurn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createKeys } from '../../src/store/keys.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { createValidations } from '../../src/store/validations.ts'
import { newSession, openStore, type StoreOptions } from './fixture.ts'

/** A store, sessions of as many users, and the number of credentials in each call that it has made. */
async function opened (t: Test, count: number, options: StoreOptions = {}) {
  const opened = await openStore(t, options)
  const sessions = Array.from({ length: count }, (_, i) => newSession(String(i)))
  for (const session of sessions) await opened.store.create(session)
  const calls: number[] = []
  const ask = opened.client.sessionsValidate
  opened.client.sessionsValidate = ((...args: Parameters<typeof ask>) => {
    calls.push(args[0])
    return ask.apply(opened.client, args)
  }) as typeof ask
  return { ...opened, sessions, calls }
}

t.test('the credentials of one turn share a call of at most eight, and each has its own verdict', async t => {
  const { store, client, sessions, calls } = await opened(t, 20)
  const unknown = newSession('unknown')
  const forged = { ...sessions[0]?.credential, secretDigest: '0' } as typeof unknown.credential
  const asked = [...sessions.map(({ credential }) => credential), unknown.credential, forged, ...sessions.map(({ credential }) => credential).reverse()]
  const verdicts = await Promise.all(asked.map(credential => store.validate(credential)))
  t.strictSame(verdicts.map(session => session?.userId ?? null), [...sessions.map(({ userId }) => userId), null, null, ...sessions.map(({ userId }) => userId).reverse()])
  if (client.isCluster) t.ok(calls.length > 3, 'of one slot each')
  else t.strictSame(calls, [8, 8, 8, 8, 8, 2])
})

t.test('a single one is asked at the end of its turn, and so is one that comes after a full call', async t => {
  const { store, sessions: [session = newSession()], calls } = await opened(t, 1)
  for (const count of [1, 9]) {
    calls.length = 0
    const asked = Array.from({ length: count }, () => store.validate(session.credential))
    await nextTurn()
    t.equal(calls.reduce((sum, n) => sum + n, 0), count)
    for (const found of await Promise.all(asked)) t.equal(found?.id, session.credential.id)
  }
})

t.test('a damaged record fails its own validation and no other; the next ones are as before', async t => {
  const { store, client, keys, sessions } = await opened(t, 4)
  const credentials = sessions.map(({ credential }) => credential)
  const keyOf = (i: number) => keys.session(credentials[i]?.id ?? '')
  const whole = await client.hgetall(keyOf(2))
  await client.rename(keyOf(1), `${keyOf(1)}:aside`)
  await client.set(keyOf(1), 'not a hash', 'PX', 60_000)
  await client.hset(keyOf(2), 'p', '"not JSON')
  for (let round = 0; round < 2; round++) {
    const verdicts = await Promise.allSettled(credentials.map(credential => store.validate(credential)))
    t.strictSame(verdicts.map(({ status }) => status), ['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    t.match(verdicts[1], { reason: { message: /WRONGTYPE/ } })
  }
  await client.rename(`${keyOf(1)}:aside`, keyOf(1))
  await client.hset(keyOf(2), whole)
  t.strictSame((await Promise.all(credentials.map(credential => store.validate(credential)))).map(session => session?.userId), sessions.map(({ userId }) => userId))
})

t.test('a call that fails, fails for all that share it, and for nobody after', async t => {
  let isUp = true
  const { store, sessions } = await opened(t, 3, { isAvailable: () => isUp })
  const all = () => Promise.allSettled(sessions.map(({ credential }) => store.validate(credential)))
  isUp = false
  for (const verdict of await all()) t.match(verdict, { status: 'rejected', reason: { code: 'store_unavailable' } })
  isUp = true
  for (const verdict of await all()) t.equal(verdict.status, 'fulfilled')
})

t.test('on a Cluster a call is about one slot', async t => {
  const calls: unknown[][] = []
  const client = { isCluster: true, sessionsValidate: async (...args: unknown[]) => { calls.push(args); return args.slice(1, 1 + Number(args[0])).map(key => `of ${key}`) } }
  const validate = createValidations({ client: client as unknown as RedisClient, keys: createKeys(''), rules: () => [] }, async command => command())
  const credentials = ['1', '2', '1'].map(userId => newSession(userId).credential)
  const verdicts = await Promise.all(credentials.map(credential => validate(credential)))
  t.strictSame(verdicts, credentials.map(({ id }) => `of ${createKeys('').session(id)}`))
  t.strictSame(calls.map(([count]) => count), [2, 1])
})
