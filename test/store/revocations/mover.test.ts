import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Revocation } from '../../../src/revocations/revocation.ts'
import { tagOf } from '../../../src/sessions/credential.ts'
import { createCall } from '../../../src/store/call.ts'
import { watchChanges } from '../../../src/store/change-feed.ts'
import { createKeys } from '../../../src/store/keys.ts'
import { startMover, type MoverOptions } from '../../../src/store/revocations/mover.ts'
import { createOutboxes } from '../../../src/store/revocations/outboxes.ts'
import { createRevocationStream } from '../../../src/store/revocations/stream.ts'
import { createSubscriber } from '../../../src/store/subscriber.ts'
import { randomPrefix } from '../../harness.ts'
import { connected, newSession, openStore } from '../fixture.ts'

t.jobs = 4

/** A feed in a namespace of its own, with as many movers as a test starts. */
async function opened (t: Test) {
  const prefix = randomPrefix()
  const { store } = await openStore(t, { prefix })
  const [client, keys] = [await connected(t), createKeys(prefix)]
  const { call } = createCall({ isAvailable: () => true, timeoutMs: 900 })
  const parts = { outboxes: createOutboxes(client, keys, call), stream: createRevocationStream({ client, keys }, call) }

  const movers: Array<{ isProven: () => boolean }> = []

  /** One more instance that may move. */
  function move (more: Partial<MoverOptions> = {}) {
    const changes = watchChanges({ client, subscriber: createSubscriber(client), keys })
    const mover = startMover({ ...parts, changes, onError: error => t.fail(String(error)), ...more })
    const stop = async () => {
      await mover.stop()
      changes.close()
    }
    t.teardown(stop)
    movers.push({ isProven: () => changes.isProven() })
    return { stop }
  }

  async function all (): Promise<Revocation[]> {
    const page = await parts.stream.read(null, 1000)
    return page?.revocations ?? []
  }

  async function open (userId = '7') {
    const session = newSession(userId)
    await store.create(session)
    return session.credential.id
  }

  const told = async (count: number) => {
    for (;;) {
      const found = await all()
      if (found.length >= count) return found
      await sleep(2)
    }
  }
  /** News comes, and everything until now is told. */
  const isWhole = async () => {
    while (!movers.every(({ isProven }) => isProven())) await sleep(5)
    const from = performance.now()
    for (;;) {
      const page = await parts.stream.read(null, 1)
      if (page?.ageMs !== null && page !== null && page.ageMs < performance.now() - from) return
      await sleep(5)
    }
  }
  return { store, client, keys, ...parts, move, all, open, told, isWhole }
}

t.test('an end is in the feed within moments, whoever moves, and out of its outbox', async t => {
  const { store, client, keys, open, move, told, isWhole } = await opened(t)
  move()
  await isWhole()
  const id = await open()
  const endedAt = performance.now()
  await store.end('7', id, { reason: 'logged_out' })
  const [revocation] = await told(1)
  t.ok(performance.now() - endedAt < 2000, `${performance.now() - endedAt} ms`)
  t.match(revocation, { userId: '7', sessionId: id, reason: 'logged_out' })
  t.ok(Math.abs(Number(revocation?.expiresAtMs) - Date.now() - 360_000) < 10_000)
  await sleep(50)
  t.equal(await client.exists(keys.revoked(tagOf('7'))), 0)
  for (const key of [keys.revocations, keys.revocationsMover]) {
    const ttl = await client.pttl(key)
    t.ok(ttl > 300_000 && ttl <= 360_000, `${key} goes by itself`)
  }
})

t.test('what ended before anybody moved is found, of all slots', async t => {
  const { store, open, move, told } = await opened(t)
  const ids: string[] = []
  for (let user = 1; user <= 40; user++) {
    const id = await open(`user-${user}`)
    await store.end(`user-${user}`, id)
    ids.push(id)
  }
  move()
  const found = await told(40)
  t.strictSame(found.map(revocation => 'sessionId' in revocation && revocation.sessionId).sort(), ids.sort())
})

t.test('more than one look at an outbox can take is moved in order', async t => {
  const { client, keys, move, told } = await opened(t)
  const hex = '0'.repeat(28)
  const entries = Array.from({ length: 600 }, (_, i) => `${Date.now()} s ${hex} logged_out u${i}`)
  await client.rpush(keys.revoked('00ff'), ...entries)
  await client.pexpire(keys.revoked('00ff'), 360_000)
  move()
  const found = await told(600)
  t.strictSame(found.map(entry => 'userId' in entry && entry.userId), entries.map((_, i) => `u${i}`))
})

t.test('all of a user’s are one entry, with the moment and the one that goes on', async t => {
  const { store, open, move, told } = await opened(t)
  const [kept] = [await open(), await open(), await open()]
  await store.endAll('7', kept, { reason: 'password_changed', actor: kept })
  await store.endAll('7', null)
  move()
  const found = await told(2)
  t.match(found, [{ userId: '7', exceptId: kept, reason: 'password_changed' }, { userId: '7', exceptId: null, reason: 'ended_all' }])
  const [first, second] = found.map(revocation => 'beforeMs' in revocation ? revocation.beforeMs : 0)
  t.ok(Number(first) < Number(second) && Math.abs(Number(second) - Date.now()) < 10_000)
})

t.test('of several one moves, so nothing comes twice and each user’s ends stay in order; it hands over when it stops', async t => {
  const { store, open, move, told, isWhole } = await opened(t)
  const movers = [move(), move(), move()]
  await isWhole()
  const ended: string[] = []
  for (let i = 0; i < 30; i++) {
    const id = await open()
    await store.end('7', id)
    ended.push(id)
    if (i % 10 === 9) await movers.shift()?.stop()
    if (i === 19) move()
  }
  const found = await told(30)
  await sleep(300)
  t.strictSame(found.map(revocation => 'sessionId' in revocation && revocation.sessionId), ended)
})

t.test('a mover that dies between adding and removing leaves the entry to the next one, who tells it again', async t => {
  const { store, outboxes, open, move, told } = await opened(t)
  let failures = 0
  const first = move({ outboxes: { ...outboxes, async remove () { failures++; throw new Error('died') } }, onError () {} })
  const id = await open()
  await store.end('7', id)
  await told(1)
  await first.stop()
  t.ok(failures > 0)
  const before = (await told(1)).length
  move()
  const found = await told(before + 1)
  t.ok(found.every(revocation => 'sessionId' in revocation && revocation.sessionId === id))
})

t.test('news that is missed is made up for', async t => {
  const { store, open, move, told, isWhole } = await opened(t)
  let listener = (_slot: string | null): void => {}
  let heard: () => number | null = () => performance.now()
  move({ changes: { listen (callBack) { listener = callBack; return () => {} }, heardUntilMs: () => heard() } })
  await isWhole()
  await store.end('7', await open())
  await sleep(300)
  t.equal((await told(0)).length, 0, 'nobody said so')
  listener(null)
  await told(1)

  heard = () => null
  listener(null)
  await store.end('7', await open())
  await told(2)
  await store.end('7', await open())
  await told(3)
  t.pass('without any news all outboxes are looked at again and again')
  await isWhole()
})

t.test('what goes wrong is told, and done again', async t => {
  const { store, stream, outboxes, open, move, told } = await opened(t)
  const errors: unknown[] = []
  let [isBroken, sweeps] = [true, 0]
  move({
    onError: error => errors.push(error),
    stream: { append: async (...args) => { if (isBroken) throw new Error('away'); return stream.append(...args) } },
    outboxes: { ...outboxes, sweep: async () => { if (sweeps++ < 2) throw new Error('away, too'); return outboxes.sweep() } }
  })
  await store.end('7', await open())
  await sleep(250)
  t.match(errors[0], { message: 'away' })
  isBroken = false
  await told(1)
  t.equal(errors.length, 1, 'once, until it works again')
})

t.test('who is not the mover any more adds nothing, and goes on as soon as it is again', async t => {
  const { stream, store, open, move, told, isWhole, client, keys } = await opened(t)
  move()
  await isWhole()
  const nowMs = Date.now()
  await client.hset(keys.revocationsMover, 'o', 'somebody else', 'u', nowMs + 1500)
  const id = await open()
  await store.end('7', id)
  t.match(await stream.append('a third one', 1000, null, [`${tagOf('7')} ${nowMs} s ${'0'.repeat(28)} logged_out 7`]), { holder: 'other' })
  await sleep(300)
  t.equal((await told(0)).length, 0)
  await told(1)
  t.ok(Date.now() - nowMs >= 1400, 'when the lease of the other one has ended')
})

t.test('a lease that is lost between reading and adding leaves the entries where they are, for whoever moves next', async t => {
  const { store, stream, open, move, told } = await opened(t)
  let losses = 0
  move({
    stream: { append: async (...args) => args[3].length > 0 && losses++ === 0 ? { holder: 'other', nowMs: Date.now() } : stream.append(...args) }
  })
  const id = await open()
  await store.end('7', id)
  t.match(await told(1), [{ sessionId: id }])
  t.ok(losses > 1)
})

t.test('positions: behind what was told comes everything else, and a quiet feed moves on', async t => {
  const { stream, store, open, move, told, isWhole } = await opened(t)
  move()
  await isWhole()
  const quiet = await stream.read(null, 10)
  let later = await stream.read(quiet?.position ?? null, 10)
  while (later?.position === quiet?.position) later = await stream.read(quiet?.position ?? null, 10)
  t.ok(Number(later?.position.split('-')[0]) > Number(quiet?.position.split('-')[0]), 'nobody has to come from ever longer ago')
  const position = later?.position ?? null
  for (let i = 0; i < 3; i++) await store.end('7', await open())
  await told(3)
  const first = await stream.read(position, 2)
  t.match(first, { isMore: true })
  t.equal(first?.revocations.length, 2)
  t.equal(first?.position, first?.revocations[1]?.position)
  const rest = await stream.read(first?.position ?? null, 2)
  t.match(rest, { isMore: false })
  t.equal(rest?.revocations.length, 1)
  t.equal(await stream.read(`${Date.now() - 361_000}-0`, 10), null, 'too long ago')
  t.equal(await stream.read(`${Date.now() + 60_000}-0`, 10), null, 'of another feed than this one')
})

t.test('a clock that is set back does not hide what comes', async t => {
  const { client, keys, stream, all } = await opened(t)
  const ahead = Date.now() + 5000
  await client.hset(keys.revocationsMover, 'w', ahead, 'm', ahead + 1000)
  await client.pexpire(keys.revocationsMover, 360_000)
  const position = (await stream.read(null, 1))?.position ?? null
  t.equal(position, `${ahead - 1}-0`)
  t.match(await stream.append('me', 1000, null, []), { holder: 'new' })
  await stream.append('me', 1000, null, [`00ff 1 s ${'1'.repeat(28)} logged_out 7`])
  await stream.append('me', 1000, null, [`00ff 1 s ${'2'.repeat(28)} logged_out 7`, 'nonsense', '00ff 1 s - logged_out 7'])
  const page = await stream.read(position, 10)
  t.equal(page?.revocations.length, 2, 'and what is damaged is left out')
  t.equal((await all()).length, 2)
  t.equal(page?.ageMs, null, 'nobody knows until when it is whole')
  await stream.append('me', 1000, Date.now() - 50, [])
  const known = await stream.read(position, 10)
  t.ok(Number(known?.ageMs) >= 50 && Number(known?.ageMs) < 1000)
  t.equal(known?.position, page?.position, 'and positions do not go back')
})

t.test('a lease of a clock that was ahead keeps nobody out', async t => {
  const { client, keys, stream } = await opened(t)
  await client.hset(keys.revocationsMover, 'o', 'crashed', 'u', Date.now() + 60_000)
  await client.pexpire(keys.revocationsMover, 360_000)
  t.match(await stream.append('me', 2000, null, []), { holder: 'new' })
})

t.test('who was not the mover a moment ago adds nothing of what it had read', async t => {
  const { stream, all } = await opened(t)
  const entry = `00ff 1 s ${'1'.repeat(28)} logged_out 7`
  t.match(await stream.append('me', 0, null, []), { holder: 'new' })
  t.match(await stream.append('other', 0, null, []), { holder: 'new' })
  t.match(await stream.append('me', 1000, null, [entry]), { holder: 'other' })
  t.strictSame(await all(), [])
  t.match(await stream.append('other', 1000, null, [entry]), { holder: 'own' })
  t.equal((await all()).length, 1)
})

t.test('an outbox that nobody empties keeps nothing that is too old to matter, and no more than a few of these', async t => {
  const { client, keys, store, open } = await opened(t)
  const key = keys.revoked(tagOf('7'))
  const outdated = Array.from({ length: 100 }, (_, i) => `${Date.now() - 400_000 + i} s ${'0'.repeat(28)} logged_out 7`)
  await client.rpush(key, ...outdated)
  for (let i = 0; i < 50; i++) await store.end('7', await open())
  const left = await client.lrange(key, 0, -1)
  t.equal(left.length, 50, 'two went for each that came')
  const ttl = await client.pttl(key)
  t.ok(ttl > 300_000 && ttl <= 360_000)
  for (let i = 0; i < 3; i++) await store.end('7', await open())
  t.equal(await client.llen(key), 53, 'those that matter stay')
})

t.test('the feed keeps nothing that is too old to matter, whatever is added later, and goes by itself', async t => {
  const { client, keys, stream, all } = await opened(t)
  const entry = (userId: string) => `00ff ${Date.now()} s ${'1'.repeat(28)} logged_out ${userId}`
  const nowMs = Date.now()
  for (let i = 0; i < 1000; i++) await client.xadd(keys.revocations, `${nowMs - 400_000 + i}-0`, 'e', entry('old'))
  for (let i = 0; i < 100; i++) await client.xadd(keys.revocations, `${nowMs - 300_000 + i}-0`, 'e', entry('recent'))
  t.equal(await client.pttl(keys.revocations), -1)
  const [outdated, recent] = [async () => (await client.xrange(keys.revocations, '-', `${nowMs - 360_000}`)).length, async () => (await client.xrange(keys.revocations, `${nowMs - 360_000}`, '+')).length]
  t.strictSame([await outdated(), await recent()], [1000, 100])

  t.match(await stream.append('me', 1000, null, []), { holder: 'new' })
  t.match(await stream.append('me', 1000, null, [entry('new')]), { holder: 'own' })
  const nodeEntries = Number((await client.config('GET', 'stream-node-max-entries') as string[])[1])
  t.ok(await outdated() < nodeEntries, `${await outdated()} are left, less than Redis keeps together`)
  t.equal(await recent(), 101, 'those that may matter are all there')
  t.strictSame((await all()).map(each => 'userId' in each && each.userId), [...Array<string>(100).fill('recent'), 'new'], 'and nobody is told of others')
  const ttl = await client.pttl(keys.revocations)
  t.ok(ttl > 300_000 && ttl <= 360_000)

  await client.persist(keys.revocations)
  await stream.append('me', 1000, null, [entry('new')])
  t.ok(await client.pttl(keys.revocations) > 300_000, 'each append says so anew')
})
