import { setImmediate as nextTurn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { alive } from '../../src/sessions/alive.ts'
import { createKeys } from '../../src/store/keys.ts'
import { verdictReader } from '../../src/store/replies.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { createValidations } from '../../src/store/validations.ts'
import { newSession, openStore, type StoreOptions } from './fixture.ts'

/** A store, sessions of as many users or of the one that is named, and the number of credentials in each call that it has made. */
async function opened (t: Test, count: number, { userId, ...options }: StoreOptions & { userId?: string } = {}) {
  const opened = await openStore(t, options)
  const sessions = Array.from({ length: count }, (_, i) => newSession(userId ?? String(i)))
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

/** Validates that generation of all at once; how many credentials were in each call. */
async function validated ({ store, sessions, calls }: Awaited<ReturnType<typeof opened>>, generation: number) {
  calls.length = 0
  const verdicts = await Promise.all(sessions.map(({ credential }) => store.validate({ ...credential, generation })))
  return { verdicts, calls: [...calls] }
}

t.test('a call judges eight that are read or touched, but only four that are used first or end; the others are asked about in the next one', async t => {
  for (const touchIntervalMs of [0, 60_000]) {
    const all = await opened(t, 8, { userId: '7', touchIntervalMs, graceMs: 0 })
    const ids = all.sessions.map(({ credential }) => credential.id)
    t.strictSame((await validated(all, 1)).calls, [8], touchIntervalMs === 0 ? 'touches' : 'reads')
    const first = await validated(all, 2)
    t.strictSame(first.calls, [8, 4], 'first uses')
    t.strictSame(first.verdicts.map(session => session?.isAdvanced && session.id), ids, 'each has its own verdict')
    t.strictSame((await validated(all, 2)).calls, [8], 'later ones')
    const reuse = await validated(all, 1)
    t.strictSame(reuse.calls, [8, 4], 'reuse, which ends them')
    t.strictSame(reuse.verdicts, ids.map(() => null))
    t.strictSame((await validated(all, 1)).calls, [8], 'of what has ended nothing is left to do')
  }
})

t.test('where some of a turn cost more, the call goes on until what they cost is spent', async t => {
  const all = await opened(t, 8, { userId: '7', touchIntervalMs: 60_000 })
  const { store, sessions, calls } = all
  const asked = async (generations: number[]) => {
    calls.length = 0
    const verdicts = await Promise.all(sessions.map(({ credential }, i) => store.validate({ ...credential, generation: generations[i] ?? 1 })))
    t.ok(verdicts.every((session, i) => session?.id === sessions[i]?.credential.id))
    return [...calls]
  }
  t.strictSame(await asked([2, 2, 1]), [8], 'two first uses')
  t.strictSame(await asked([2, 2, 2, 2, 2, 2, 1, 1]), [8, 2], 'four, of which the last ones find enough spent')
  t.strictSame(await asked([2, 2, 2, 2, 2, 2, 2, 2]), [8])
})

t.test('a call judges fewer of those whose profiles are long, and each is whole', async t => {
  const { store, calls } = await opened(t, 0)
  const claims = { plan: 'x'.repeat(1000) }
  const sessions = Array.from({ length: 8 }, () => ({ ...newSession('7'), profile: { email: 'alice@example.com', name: 'Alice', roles: [], openedBy: 'shop', claims } }))
  for (const session of sessions) await store.create(session)
  const verdicts = await Promise.all(sessions.map(({ credential }) => store.validate(credential)))
  t.strictSame(verdicts.map(session => session?.profile.claims), sessions.map(() => claims))
  t.strictSame(calls, [8, 2])
})

t.test('a profile of any length is whole', async t => {
  const { store } = await opened(t, 0)
  // Pieces of 64 bytes, of which the third and so on are read eight at once: around one, two, ten, and eighteen.
  for (const shortest of [0, 64, 576, 1088]) {
    const names = Array.from({ length: 64 }, (_, i) => 'n'.repeat(shortest + i))
    const sessions = names.map(name => ({ ...newSession('7'), limits: { max: 1000, maxOfType: null, policy: 'evict-oldest' as const }, profile: { email: '', name, roles: [] } }))
    for (const session of sessions) await store.create(session)
    t.strictSame((await Promise.all(sessions.map(({ credential }) => store.validate(credential)))).map(session => session?.profile.name), names)
  }
})

t.test('what is left over by a call that ends sessions is not failed by a damaged record among them, and a single one is one call', async t => {
  const all = await opened(t, 8, { userId: '7', graceMs: 0 })
  const { store, client, keys, sessions, calls } = all
  await validated(all, 2)
  const damaged = keys.session(sessions[1]?.credential.id ?? '')
  await client.rename(damaged, `${damaged}:aside`)
  await client.set(damaged, 'not a hash', 'PX', 60_000)
  calls.length = 0
  const verdicts = await Promise.allSettled(sessions.slice(0, 7).map(({ credential }) => store.validate(credential)))
  t.strictSame(verdicts.map(({ status }) => status), ['fulfilled', 'rejected', ...Array<string>(5).fill('fulfilled')])
  t.strictSame(calls, [7, 3])
  await client.rename(`${damaged}:aside`, damaged)
  for (const generation of [3, 1]) {
    calls.length = 0
    const [last = newSession()] = sessions.slice(-1)
    await store.validate({ ...last.credential, generation })
    t.strictSame(calls, [1])
  }
})

t.test('if the next call fails, who has a verdict keeps it', async t => {
  const { store, client, sessions } = await opened(t, 8, { userId: '7' })
  const ask = client.sessionsValidate
  let calls = 0
  client.sessionsValidate = ((...args: Parameters<typeof ask>) => ++calls === 1 ? ask.apply(client, args) : Promise.reject(new Error('gone'))) as typeof ask
  const verdicts = await Promise.allSettled(sessions.map(({ credential }) => store.validate({ ...credential, generation: 2 })))
  t.strictSame(verdicts.map(({ status }) => status), [...Array<string>(4).fill('fulfilled'), ...Array<string>(4).fill('rejected')])
  t.match(verdicts.at(-1), { reason: { code: 'store_unavailable' } })
  client.sessionsValidate = ask
})

t.test('on a Cluster a call is about one slot', async t => {
  const calls: unknown[][] = []
  const client = { isCluster: true, sessionsValidate: async (...args: unknown[]) => { calls.push(args); return args.slice(1, 1 + Number(args[0])).map(key => `of ${key}`) } }
  const validate = createValidations({ client: client as unknown as RedisClient, keys: createKeys(''), rules: () => [] }, async command => command(), (_lookup, verdict) => verdict)
  const credentials = ['1', '2', '1'].map(userId => newSession(userId).credential)
  const verdicts = await Promise.all(credentials.map(credential => validate(credential)))
  t.strictSame(verdicts, credentials.map(({ id }) => `of ${createKeys('').session(id)}`))
  t.strictSame(calls.map(([count]) => count), [2, 1])
  await Promise.all([validate(newSession('1').credential, false), validate(newSession('1').credential)])
  t.strictSame(String(calls.at(-1)?.at(-1)).split(';').map(proof => proof.slice(0, 1)), ['0', '1', ''], 'each says whether it is a use')
})

t.test('where it is kept, what is told of a session is read once more after the first time, and then when something of it has changed', async t => {
  const { store, sessions: [{ credential, userId } = newSession()] } = await opened(t, 1, { keepsTold: true, touchIntervalMs: 60_000 })
  const ask = async () => alive(await store.validate(credential))
  const [first, second, third, fourth] = [await ask(), await ask(), await ask(), await ask()]
  t.strictSame([first.made, second.made, third.made], [undefined, undefined, []])
  t.equal(fourth.made, third.made, 'what was made of it is found again')
  for (const { goodForMs: _goodForMs, made: _made, ...told } of [second, third, fourth]) t.match(told, { ...first, goodForMs: undefined, made: undefined })
  await store.extend(credential.id, 120_000)
  const extended = await ask()
  t.ok(extended.times.extendedUntilMs > 0)
  t.not(extended.made, fourth.made)
  const { made } = await ask()
  t.strictSame(made, [])
  t.equal((await ask()).made, made)
  await store.replace(credential.id, newSession(userId).credential)
  t.equal(await store.validate(credential), null)
  t.equal(credential.told, undefined, 'nothing stays of who is found dead')
})

t.test('what is kept with a credential is of its own session alone, and nowhere else is anything kept', async t => {
  const verdict = '0 0 500\n["7",["ada@example.com","Ada"],1000,0,60,3600,null,0,""]'
  const [read, readAnew] = [verdictReader(true), verdictReader(false)]
  const { credential } = newSession('7')
  for (let i = 0; i < 3; i++) t.equal(read(credential, verdict).session?.id, credential.id)
  const other = { ...credential, id: newSession('7').credential.id }
  t.equal(read(other, verdict).session?.id, other.id)
  t.not(read(other, verdict).session?.made, read(credential, verdict).session?.made)
  const { credential: unkept } = newSession('7')
  for (let i = 0; i < 3; i++) t.equal(readAnew(unkept, verdict).session?.made, undefined)
  t.equal(unkept.told, undefined)
  const long = verdict.replace('Ada', 'A'.repeat(512))
  for (let i = 0; i < 3; i++) t.equal(read(unkept, long).session?.made, undefined)
  t.equal(unkept.told, undefined, 'nor what is long')
})
