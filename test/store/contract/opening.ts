import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

const firstPage = { limit: 100, after: null }

export const opening: Behaviours = async (t, makeStore) => {
  await t.test('a new session validates, with its profile and times, and is in its user’s list at once', async t => {
    const { store } = await makeStore(t)
    const session = newSession('7', { profile: { email: 'a@b.c', name: 'Ada', roles: ['admin', 'audit'] }, userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' })
    const { id } = session.credential
    const before = Date.now()
    const { sinceEndAllMs, goodForMs: goodAtFirstMs, ...times } = await store.create(session)
    t.equal(sinceEndAllMs, null, 'nothing was ever ended for this user')
    t.ok(times.createdAtMs >= before - 1 && times.createdAtMs <= Date.now() + 1, 'by the clock')
    t.strictSame(times, { createdAtMs: times.createdAtMs, lastAccessedAtMs: times.createdAtMs, idleMs: session.idleMs, absoluteDeadlineMs: times.createdAtMs + session.absoluteMs, extendedUntilMs: 0, authenticatedAtMs: times.createdAtMs })

    for (const isStrict of [false, true]) {
      const { goodForMs, made: _made, goodUntilMs: _until, ...found } = await store.validate(session.credential, isStrict) ?? { goodForMs: NaN }
      t.strictSame(found, { id, userId: '7', profile: session.profile, times, rotation: 'possible', binding: session.binding, lastOrigin: null, isAdvanced: false })
      t.ok(goodForMs > 0 && goodForMs <= goodAtFirstMs && goodAtFirstMs <= 1000, `until the next use is to be recorded, in ${goodForMs} ms`)
    }
    const description = { id, userId: '7', times, ipAddress: '203.0.113.7', userAgent: session.userAgent, lastIpAddress: '203.0.113.7', deviceType: 'unknown', lastUserAgent: session.userAgent, isFlagged: false, lifetime: 'default' }
    t.strictSame(await store.describe(id), { ...description, profile: session.profile })
    t.strictSame(await store.list('7', firstPage), { count: 1, sessions: [description] })
  })

  await t.test('credentials of many users, asked at once, each have their own verdict', async t => {
    const { store } = await makeStore(t)
    const sessions = Array.from({ length: 40 }, (_, i) => newSession(String(i)))
    for (const session of sessions.slice(10)) await store.create(session)
    const verdicts = await Promise.all(sessions.map(({ credential }) => store.validate(credential)))
    t.strictSame(verdicts.map(session => session?.userId), sessions.map(({ userId }, i) => i < 10 ? undefined : userId))
  })

  await t.test('an id is never taken over by a second session', async t => {
    const { store } = await makeStore(t)
    const session = newSession('7')
    await store.create(session)
    await t.rejects(store.create({ ...session, profile: { email: 'eve@b.c', name: 'Eve', roles: ['admin'] } }))
    t.match(await store.validate(session.credential), { profile: session.profile })
  })

  await t.test('no verb on an absent session finds or makes anything', async t => {
    const { store } = await makeStore(t)
    const { credential } = newSession('7')
    t.equal(await store.validate(credential), null)
    t.equal(await store.describe(credential.id), null)
    t.equal(await store.extend(credential.id, 1000), null)
    t.equal(await store.replace(credential.id, newSession('7').credential), null)
    t.equal(await store.noteOrigin(credential.id, { ipAddress: '', userAgent: '' }), false)
    t.equal(await store.end('7', credential.id), false)
    t.equal(await store.endAll('7', credential.id), 0)
    t.equal(await store.readData(credential.id, null), null)
    t.equal(await store.writeData(credential.id, { values: new Map([['a', '1']]), ifVersion: null }), null)
    t.strictSame(await store.list('7', firstPage), { count: 0, sessions: [] })
    t.equal(await store.countLive(), 0)
  })

  await t.test('the right id with another secret is null and changes nothing', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const session = newSession('7')
    await store.create(session)
    const before = await store.describe(session.credential.id)
    for (const generation of [1, 2, 9]) {
      t.equal(await store.validate({ ...session.credential, generation, secretDigest: newSession('7').credential.secretDigest }), null)
    }
    t.strictSame(await store.describe(session.credential.id), before)
    t.ok(await store.validate(session.credential), 'generation 1 is still the current one')
  })

  await t.test('names, roles and user agents of any length and script come back as they were', async t => {
    const { store } = await makeStore(t)
    for (const length of [0, 1, 20, 39, 40, 41, 63, 64, 65, 127, 128, 129, 500]) {
      const profile = { email: `${'e'.repeat(length % 50)}@example.com`, name: 'é€😀'.repeat(length).slice(0, length * 2), roles: Array(length % 7).fill('support') }
      const session = newSession('7', { profile, userAgent: '\u0000ü€/'.repeat(200).slice(0, length), ipAddress: '2001:db8:85a3:8d3:1319:8a2e:370:7348' })
      await store.create(session)
      t.strictSame((await store.validate(session.credential))?.profile, profile, `profile of ${length}`)
      t.match(await store.describe(session.credential.id), { userAgent: session.userAgent, ipAddress: session.ipAddress })
    }
    const long = newSession('7', { userAgent: 'x'.repeat(5000) })
    await store.create(long)
    t.equal((await store.describe(long.credential.id))?.userAgent, 'x'.repeat(512), 'a user agent is cut at 512 characters')
  })

  await t.test('a store that works is available and takes writes', async t => {
    const { store } = await makeStore(t)
    store.assertAvailable()
    await store.probe()
  })
}
