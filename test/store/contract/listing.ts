import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

export const listing: Behaviours = async (t, makeStore) => {
  await t.test('pages run from newest to oldest without a gap or a repeat, and each says how many there are in all', async t => {
    const { store } = await makeStore(t)
    const sessions = Array.from({ length: 23 }, () => newSession('7'))
    await Promise.all(sessions.map(session => store.create(session)))
    const seen: Array<{ createdAtMs: number, id: string }> = []
    for (let after: typeof seen[number] | null = null, page; ; after = seen.at(-1) ?? null) {
      page = await store.list('7', { limit: 5, after })
      t.equal(page.count, 23)
      seen.push(...page.sessions.map(({ id, times }) => ({ id, createdAtMs: times.createdAtMs })))
      if (page.sessions.length < 5) break
    }
    t.strictSame(seen.map(({ id }) => id).sort(), sessions.map(({ credential }) => credential.id).sort())
    const sorted = [...seen].sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1))
    t.strictSame(seen, sorted, 'ties by id')
  })

  await t.test('a page goes on after a session that has ended since', async t => {
    const { store } = await makeStore(t)
    for (let i = 0; i < 4; i++) await store.create(newSession('7'))
    const all = (await store.list('7', { limit: 10, after: null })).sessions
    const [, second] = all
    await store.end('7', second?.id ?? '')
    const next = await store.list('7', { limit: 10, after: { id: second?.id ?? '', createdAtMs: second?.times.createdAtMs ?? 0 } })
    t.strictSame(next.sessions, all.slice(2))
    t.equal(next.count, 3)
  })

  await t.test('a list holds nobody else’s sessions', async t => {
    const { store } = await makeStore(t)
    await store.create(newSession('7'))
    await store.create(newSession('77'))
    t.equal((await store.list('7', { limit: 10, after: null })).count, 1)
    t.strictSame(await store.list('8', { limit: 10, after: null }), { count: 0, sessions: [] })
  })

  await t.test('what a list tells of a session does not depend on how many there are', async t => {
    const { store } = await makeStore(t)
    const told = newSession('7', { lifetime: 'rememberMe', device: { name: '😀'.repeat(40), capabilities: ['4K', 'HDR'] }, ipAddress: '2001:db8::7', userAgent: 'x'.repeat(300) })
    await store.create(told)
    const shown = async (limit: number) => (await store.list('7', { limit, after: null })).sessions.find(({ id }) => id === told.credential.id)
    const few = await shown(10)
    t.match(few, { lifetime: 'rememberMe', deviceName: '😀'.repeat(40), capabilities: ['4K', 'HDR'], ipAddress: '2001:db8::7', lastIpAddress: '2001:db8::7', userAgent: 'x'.repeat(300) })
    await Promise.all(Array.from({ length: 110 }, () => store.create(newSession('7'))))
    t.strictSame(await shown(111), few, 'among many')
    t.strictSame(await store.describe(told.credential.id), { ...few, profile: told.profile }, 'and by itself, with whose it is')
  })

  await t.test('a page may be long, and of one type of device alone', async t => {
    const { store } = await makeStore(t)
    const types = ['desktop', 'mobile', 'tablet', 'tv', 'bot', 'unknown'] as const
    const sessions = Array.from({ length: 150 }, (_, i) => newSession('7', { deviceType: types[i % 6] }))
    await Promise.all(sessions.map(session => store.create(session)))
    const all = await store.list('7', { limit: 130, after: null })
    t.equal(all.count, 150)
    t.equal(all.sessions.length, 130)
    t.strictSame(await store.countOf('7'), new Map(types.map(type => [type, 25])))
    for (const deviceType of types) {
      const ids = new Set(sessions.filter(session => session.deviceType === deviceType).map(({ credential }) => credential.id))
      const first = await store.list('7', { limit: 10, after: null, deviceType })
      const { id = '', times } = first.sessions.at(-1) ?? {}
      const next = await store.list('7', { limit: 20, after: { id, createdAtMs: Number(times?.createdAtMs) }, deviceType })
      t.strictSame([first.count, first.sessions.length, next.sessions.length], [25, 10, 15])
      t.strictSame(new Set([...first.sessions, ...next.sessions].map(session => session.id)), ids)
    }
  })
}
