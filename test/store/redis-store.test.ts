import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { storeContract } from './contract.ts'
import { mastersOf } from '../../src/store/scripts.ts'
import type { NewSession } from '../../src/sessions/store.ts'
import { newSession, openStore } from './fixture.ts'
import { memberOf, membersOf } from './index-members.ts'

await storeContract(t, 'the store over Redis keeps the contract', async (t, options) => {
  const { store, config } = await openStore(t, options)
  return { store, another: async changes => (await openStore(t, { ...options, ...changes, prefix: config.KEY_PREFIX })).store }
})

const value = { values: new Map([['a', '1']]), ifVersion: null }
const firstPage = { limit: 10, after: null }
const dataKey = (sessionKey: string) => sessionKey.replace('session:', 'session-data:')

t.test('deadlines hold by the clock of Redis when the TTL is lost', async t => {
  for (const lifetimes of [{ idleMs: 80 }, { absoluteMs: 80 }]) {
    const { store, client, keys, liveCount } = await openStore(t, { touchIntervalMs: 0 })
    const session = newSession('7', lifetimes)
    const { id } = session.credential
    const key = keys.session(id)
    await store.create(session)
    await store.writeData(id, value)
    await client.persist(key)
    await client.persist(dataKey(key))
    await sleep(90)
    const before = await client.hgetall(key)
    t.equal(await store.describe(id), null)
    t.equal(await store.readData(id, null), null)
    t.equal(await store.writeData(id, value), null)
    t.strictSame(await store.list('7', firstPage), { count: 0, sessions: [] })
    t.strictSame(await client.hgetall(key), before, 'what judges and does not end changes nothing')
    t.equal(await store.validate(session.credential), null)
    t.equal(await client.exists(key, dataKey(key)), 0, 'the guard clears it away')
    await liveCount.flush()
  }
})

t.test('ending what is dead but still there says that it was not alive, and clears it away', async t => {
  const { store, client, keys } = await openStore(t, { touchIntervalMs: 0 })
  const session = newSession('7', { idleMs: 40 })
  const key = keys.session(session.credential.id)
  await store.create(session)
  await client.persist(key)
  await sleep(50)
  t.equal(await store.end('7', session.credential.id), false)
  t.equal(await client.exists(key), 0)
})

t.test('a record stays a listpack whatever it holds', async t => {
  const { store, client, keys } = await openStore(t)
  const noise = Array.from({ length: 512 }, () => String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 20_000))).join('')
  const profile = { email: `${'e'.repeat(64)}@${'d'.repeat(189)}`, name: 'é'.repeat(31) + '€'.repeat(100), roles: ['admin', 'x'.repeat(64)] }
  const device = { idHashes: ['x'.repeat(22)], name: '😀'.repeat(64), capabilities: Array.from({ length: 16 }, (_, i) => `${i}`.padEnd(24, 'x')) }
  const session = newSession('7', { userAgent: noise, profile, ipAddress: '2001:db8:85a3:8d3:1319:8a2e:370:7348', device })
  await store.create(session)
  t.equal(await client.object('ENCODING', keys.session(session.credential.id)), 'listpack')
  t.strictSame((await store.validate(session.credential))?.profile, profile)
  t.equal((await store.describe(session.credential.id))?.userAgent, noise)
})

t.test('a login that tells nothing of its device stores nothing of it; a shorter name leaves nothing of the longer one', async t => {
  const { store, client, keys } = await openStore(t)
  const session = newSession('7')
  const { id } = session.credential
  const ofDevice = async () => (await client.hkeys(keys.session(id))).filter(field => /^(?:[hm]|dc)\d*$/.test(field)).sort()
  await store.create(session)
  t.strictSame(await ofDevice(), [])
  await store.rename('7', id, '😀'.repeat(64))
  t.strictSame(await ofDevice(), ['m', 'm1', 'm2', 'm3', 'm4'])
  await store.rename('7', id, 'TV')
  t.strictSame(await ofDevice(), ['m'])
})

t.test('a session that has ended without being deleted is not brought back by a login from its device, nor named', async t => {
  const { store, client, keys, liveCount } = await openStore(t, { touchIntervalMs: 0 })
  const device = { idHashes: ['x'.repeat(22)] }
  const [old, fresh] = [newSession('7', { idleMs: 40, device }), newSession('7', { device })]
  await store.create(old)
  await client.persist(keys.session(old.credential.id))
  await sleep(50)
  t.equal(await store.rename('7', old.credential.id, 'ghost'), false)
  await store.create(fresh)
  t.equal((await store.list('7', firstPage)).count, 1)
  await store.validate(old.credential)
  t.equal(await client.exists(keys.session(old.credential.id)), 0)
  await liveCount.flush()
})

t.test('a damaged record is dead, ends itself and hides no other', async t => {
  for (const field of ['u', 'p', 'c', 'i', 'x', 's']) {
    const { store, client, keys, config, liveCount } = await openStore(t)
    const [damaged, whole] = [newSession('7'), newSession('7')]
    const { id } = damaged.credential
    const key = keys.session(id)
    await store.create(damaged)
    await store.create(whole)
    await client.hdel(key, field)
    t.equal(await store.describe(id), null, `without ${field}`)
    t.equal(await store.readData(id, null), null)
    t.equal(await store.writeData(id, value), null)
    t.equal((await store.list('7', firstPage)).count, 1)
    t.equal(await store.validate(damaged.credential), null)
    t.equal(await client.exists(key), 0)
    t.ok(await store.validate(whole.credential))
    // Without a user id nobody knows which index it is in; ending all of the user's sessions finds it there.
    if (field === 'u') t.equal(await store.endAll('7', whole.credential.id), 0)
    await liveCount.flush()
    await client.del(`${config.KEY_PREFIX}live-sessions`)
    await client.liveCount(keys.liveSessions, 86_400_000, '', 0, String(await client.sessionsDeadline(1, keys.session(whole.credential.id), 1000)), 1)
  }
})

t.test('a record that Redis does not read hides no other of a list, read with the index or in slices', async t => {
  const { store, client, keys } = await openStore(t, { hasMoved: true })
  const damaged = newSession('7')
  await store.create(damaged)
  await client.del(keys.session(damaged.credential.id))
  await client.set(keys.session(damaged.credential.id), 'no record', 'PX', 60_000)
  for (const others of [1, 199]) {
    for (let i = 0; i < others; i++) await store.create(newSession('7'))
    const { sessions, count } = await store.list('7', { limit: 1000, after: null })
    t.equal(new Set(sessions.map(({ id }) => id)).size, count)
    t.equal(count, others === 1 ? 1 : 200)
  }
})

t.test('a replaced session leaves no key of the old one, and nothing that lives longer than it did', async t => {
  const { store, client, keys, config } = await openStore(t)
  const [session, successor] = [newSession('7'), newSession('7').credential]
  const { id } = session.credential
  const { createdAtMs } = await store.create(session)
  await store.writeData(id, value)
  await store.validate({ ...session.credential, generation: 2 })
  t.equal(await client.hget(keys.session(id), 't'), null, 'the proof of a login takes no field')
  await store.replace(id, successor)
  const index = keys.userSessions(id.slice(0, 4), '7')
  const kept = [keys.session(successor.id), keys.session(successor.id).replace('session:', 'session-data:'), index, index.replace('user-sessions:', 'user-activity:'), keys.revoked(id.slice(0, 4))]
  const stored = await Promise.all(mastersOf(client).map(node => node.keys(`${config.KEY_PREFIX}*{${id.slice(0, 4)}}*`)))
  t.strictSame(stored.flat().sort(), kept.sort())
  const member = memberOf({ id: successor.id, createdAtMs })
  t.strictSame(await membersOf(client, index), [member])
  const [generation, since, secret, proven] = await client.hmget(keys.session(successor.id), 'g', 'r', 's', 't')
  t.strictSame([generation, secret], [null, successor.secretDigest])
  t.equal(since, proven, 'the age of the credential counts from the proof')
  const deadline = await client.pexpiretime(keys.session(successor.id))
  t.equal(await client.pexpiretime(keys.session(successor.id).replace('session:', 'session-data:')), deadline)
  t.equal(await client.pexpiretime(index), createdAtMs + session.absoluteMs + 604_800_000, 'a week longer than it may live: for those that expire unseen')
  t.equal(await client.zscore(index, member), String(deadline))
})

t.test('a session whose index was lost has one again when it is replaced, with a TTL', async t => {
  const { store, client, keys } = await openStore(t)
  const [session, successor] = [newSession('7'), newSession('7').credential]
  const { createdAtMs } = await store.create(session)
  const index = keys.userSessions(session.credential.id.slice(0, 4), '7')
  await client.del(index)
  await store.replace(session.credential.id, successor)
  t.strictSame(await membersOf(client, index), [memberOf({ id: successor.id, createdAtMs })])
  t.equal(await client.pexpiretime(index), createdAtMs + session.absoluteMs + 604_800_000)
})

t.test('a user agent that cannot be read is shown as none', async t => {
  const { store, client, keys } = await openStore(t)
  const session = newSession('7')
  await store.create(session)
  await client.hset(keys.session(session.credential.id), 'b', '!')
  t.match(await store.list('7', firstPage), { count: 1, sessions: [{ userAgent: '' }] })
})

t.test('an index that names sessions that are gone lists and ends those that are there', async t => {
  const { store, client, keys } = await openStore(t)
  const [session, younger] = [newSession('7'), newSession('7')]
  const { id } = session.credential
  const times = await store.create(session)
  while (Date.now() <= times.createdAtMs) await sleep(1)
  await store.create(younger)
  const index = keys.userSessions(id.slice(0, 4), '7')
  // Between the two, so that a page has to go past them.
  const stranger = (number: number, version = 8) => memberOf({ id: `${id.slice(0, 4)}0000-0000-4000-${version}000-${String(number).padStart(12, '0')}`, createdAtMs: times.createdAtMs })
  await client.zadd(index, ...Array.from({ length: 150 }, (_, i) => [Date.now() + 60_000, stranger(i)]).flat())
  await client.zadd(index, Date.now() - 1, stranger(0, 9))
  t.match(await store.list('7', firstPage), { sessions: [{ id: younger.credential.id }, { id }] })
  t.equal((await store.list('7', { limit: 200, after: null })).count, 2)
  t.equal(await store.endAll('7', id), 1, 'of the others nothing was there to be ended')
  t.strictSame(await membersOf(client, index), [memberOf({ id, createdAtMs: times.createdAtMs })], 'and the index is right again')
  await client.zadd(index, Date.now() - 1, stranger(1, 9))
  await store.create(newSession('7'))
  t.equal(await client.zcard(index), 2, 'who creates clears away what is over')
})

t.test('a session whose record is lost gives way like any other, and so does a damaged one', async t => {
  for (const damage of ['lost', 'u', 's']) {
    const { store, client, keys, liveCount } = await openStore(t)
    const limits = { max: 2, maxOfType: null, policy: 'evict-oldest' } as const
    const [first, second, third] = [newSession('7', { limits }), newSession('7', { limits }), newSession('7', { limits })]
    const { createdAtMs } = await store.create(first)
    while (Date.now() <= createdAtMs) await sleep(1)
    await store.create(second)
    const record = keys.session(first.credential.id)
    if (damage === 'lost') await client.del(record)
    else await client.hdel(record, damage)
    await store.create(third)
    t.match(await store.list('7', firstPage), { count: 2, sessions: [{}, {}] }, damage)
    t.equal(await client.zcard(keys.userSessions(first.credential.id.slice(0, 4), '7')), 2)
    t.equal(await client.exists(record), 0)
    await store.endAll('7', null)
    await liveCount.flush()
    await client.del(keys.liveSessions)
  }
})

t.test('of more than a hundred, evict-idle compares those whose deadlines come soonest', async t => {
  const { store } = await openStore(t, { touchIntervalMs: 0 })
  const limits = { max: 130, maxOfType: null, policy: 'evict-idle' } as const
  const old = newSession('7', { idleMs: 80_000_000 })
  const { createdAtMs } = await store.create(old)
  while (Date.now() <= createdAtMs) await sleep(1)
  const [first, ...others] = Array.from({ length: 129 }, () => newSession('7')) as [NewSession, ...NewSession[]]
  const times = await store.create(first)
  while (Date.now() <= times.createdAtMs) await sleep(1)
  for (const session of others) await store.create(session)
  await store.create(newSession('7', { limits }))
  t.ok(await store.describe(old.credential.id), 'one with a longer idle timeout is not among them')
  t.equal(await store.describe(first.credential.id), null)
  await store.create(newSession('7', { limits: { ...limits, max: 10 } }))
  t.match(await store.list('7', firstPage), { count: 10 })
})

t.test('a session whose deadline slides is counted where it ends now, not where it would have ended', async t => {
  const { store, client, keys, liveCount } = await openStore(t, { touchIntervalMs: 0 })
  const boundary = (Math.floor(Date.now() / 10_000) + 3) * 10_000
  const session = newSession('7', { idleMs: boundary - 200 - Date.now() })
  const times = await store.create(session)
  while (Date.now() + times.idleMs < boundary + 10) await sleep(10)
  t.ok(await store.validate(session.credential))
  await liveCount.flush()
  const histogram = await client.hgetall(keys.liveSessions)
  t.strictSame(Object.entries(histogram).filter(([field]) => /^\d+$/.test(field)), [[String(boundary / 10_000), '1']])
  t.equal(histogram.total, '1')
  t.equal(await Promise.resolve(store.validate({ ...session.credential, generation: 2 })).then(() => store.countLive()), 1)
})

t.test('the marks that end-all leaves live as long as the longest session', async t => {
  const { store, client, keys } = await openStore(t, { longestLifetimeMs: 5_000_000 })
  await store.endAll('7', null)
  const { id } = newSession('7').credential
  const left = await client.pttl(keys.notBefore(id.slice(0, 4)))
  t.ok(left > 4_990_000 && left <= 5_000_000, `${left} ms`)
})

t.test('end-all clears away marks of others in its slot that are older than any session can be', async t => {
  const { store, client, keys } = await openStore(t)
  const key = keys.notBefore(newSession('7').credential.id.slice(0, 4))
  const year = 31_536_000_000
  await client.hset(key, { old: Date.now() - year - 60_000, recent: Date.now() - year + 60_000 })
  await store.endAll('7', null)
  t.strictSame(Object.keys(await client.hgetall(key)).sort(), ['7', 'recent'])
})

t.test('a store whose link is known to be down refuses every verb at once and asks nothing', async t => {
  const { store, client } = await openStore(t, { isAvailable: () => false })
  const { credential } = newSession('7')
  client.disconnect()
  const refused = { name: 'ServiceError', code: 'store_unavailable' }
  t.throws(() => store.assertAvailable(), refused)
  await t.rejects(store.create(newSession('7')), refused)
  await t.rejects(async () => store.validate(credential), refused)
  await t.rejects(store.replace(credential.id, newSession('7').credential), refused)
  await t.rejects(store.noteOrigin(credential.id, { ipAddress: '', userAgent: '' }), refused)
  await t.rejects(store.end('7', credential.id), refused)
  await t.rejects(store.endAll('7', null), refused)
  await t.rejects(store.list('7', firstPage), refused)
  await t.rejects(store.countOf('7'), refused)
  await t.rejects(store.describe(credential.id), refused)
  await t.rejects(store.readData(credential.id, null), refused)
  await t.rejects(store.writeData(credential.id, value), refused)
  await t.rejects(store.activity('7', null), refused)
  await t.rejects(store.listEnded('7'), refused)
  await t.rejects(store.explain(credential.id), refused)
  await t.rejects(store.countLive(), refused)
  await t.rejects(store.probe(), refused)
})

t.test('a reply that no working Redis gives to the scripts is a defect, not an outage', async t => {
  const { store, client, keys } = await openStore(t)
  const { credential } = newSession('7')
  await client.set(keys.session(credential.id), 'no hash', 'PX', 5000)
  await t.rejects(async () => store.validate(credential), { name: 'Error', message: /^WRONGTYPE/ })
  await client.del(keys.session(credential.id))
})
