import { readFileSync } from 'node:fs'
import t from 'tap'
import { endReasons } from '../../src/sessions/activity.ts'
import { EventSchema } from '../../src/routes/activity/schemas.ts'
import { build, login } from '../harness.ts'
import { isInvalid, isProblem } from './problem.ts'

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'

interface Event { id: string, at: string, event: string, sessionId: string, details: Record<string, unknown> }

t.test('my activity shows what happened to all of my sessions, newest first', async t => {
  const { app } = await build(t)
  const [laptop, phone, bob] = [await login(app, 'alice', { 'user-agent': chrome }), await login(app), await login(app, 'bob')]
  await laptop.call('PUT', '/session/data', { key: 'cart', value: 'secret' })
  await laptop.call('POST', '/session/extend', { seconds: 7200 })
  const successor = (await phone.call('POST', '/session/rotate')).json().sessionId
  await app.inject({ url: '/me', headers: { 'x-session-id': successor } })
  await laptop.call('DELETE', `/sessions/${phone.id}`)
  await bob.call('POST', '/logout')
  const response = await laptop.call('GET', '/me/activity')
  t.equal(response.statusCode, 200)
  const { events, nextCursor } = response.json<{ events: Event[], nextCursor?: string }>()
  t.equal(nextCursor, undefined)
  t.strictSame(events.map(({ event, sessionId }) => [event, sessionId]), [
    ['ended', phone.id], ['rotated', phone.id], ['extended', laptop.id], ['data_changed', laptop.id], ['created', phone.id], ['created', laptop.id]
  ])
  t.match(events.map(({ details }) => details), [
    { reason: 'ended_by_user', actor: laptop.id },
    { generation: 2 },
    { extendedUntil: /^\d{13}$/ },
    { keys: ['cart'], changes: 1 },
    { ipAddress: '127.0.0.1', userAgent: 'lightMyRequest' },
    { ipAddress: '127.0.0.1', userAgent: chrome, device: { browser: 'Chrome', os: 'Windows', type: 'desktop' } }
  ])
  for (const { id, at } of events) t.ok(Math.abs(Number(at) - Date.now()) < 60_000 && Number(id) >= Number(at))
  t.notMatch(response.body, 'secret', 'which keys, never their values')
})

t.test('an activity of more than a page is walked by its cursor, each event once, also while more happens', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const comeAndGo = async () => { await (await login(app)).call('POST', '/logout') }
  for (let i = 0; i < 12; i++) {
    await comeAndGo()
    // Far enough apart to be an event each.
    if (i % 5 === 4) await alice.call('PUT', '/session/data', { key: 'cart', value: i })
  }
  for (const [path, limit, count] of [['/me/activity', 10, 27], [`/sessions/${alice.id}/activity`, 1, 3]] as const) {
    const all = (await alice.call('GET', path)).json().events.map(({ id }: Event) => id)
    t.equal(all.length, count)
    const walked: string[] = []
    for (let query = `?limit=${limit}`; ;) {
      const { events, nextCursor } = (await alice.call('GET', path + query)).json()
      walked.push(...events.map(({ id }: Event) => id))
      if (nextCursor === undefined) break
      t.equal(events.length, limit)
      t.match(nextCursor, /^[A-Za-z0-9_-]{1,128}$/)
      query = `?limit=${limit}&cursor=${nextCursor}`
      await comeAndGo()
    }
    t.strictSame(walked, all)
    await comeAndGo()
  }
})

t.test('the activity of one session is its own, live or ended; any other id is not found', async t => {
  const { app } = await build(t)
  const [laptop, phone, bob] = [await login(app), await login(app), await login(app, 'bob')]
  await phone.call('POST', '/logout')
  const eventsOf = async (id: string) => (await laptop.call('GET', `/sessions/${id}/activity`)).json().events.map(({ event, details: { reason, actor } }: Event) => [event, reason, actor])
  t.strictSame(await eventsOf(laptop.id), [['created', undefined, undefined]])
  t.strictSame(await eventsOf(phone.id), [['ended', 'logged_out', phone.id], ['created', undefined, undefined]])
  const foreign = await laptop.call('GET', `/sessions/${bob.id}/activity`)
  const never = await laptop.call('GET', '/sessions/00000000-0000-4000-8000-000000000000/activity')
  isProblem(t, foreign, 404, 'session_not_found')
  t.equal(foreign.body, never.body, 'the same bytes')
  isProblem(t, await (await login(app, 'admin')).call('GET', `/sessions/${bob.id}/activity`), 404, 'session_not_found', 'not even for an administrator')
})

t.test('a session whose events have all gone is still mine', async t => {
  const { app } = await build(t, { ACTIVITY_MAX_ENTRIES: '10' })
  const alice = await login(app)
  for (let i = 0; i < 10; i++) await login(app)
  t.strictSame((await alice.call('GET', `/sessions/${alice.id}/activity`)).json(), { events: [] })
  t.equal((await alice.call('GET', '/me/activity')).json().events.length, 10)
})

t.test('ended sessions are listed with when and why, newest end first; the client that had one gets the one 401', async t => {
  const { app } = await build(t)
  const [laptop, phone, tablet, bob] = [await login(app, 'alice', { 'user-agent': chrome }), await login(app), await login(app), await login(app, 'bob')]
  t.strictSame((await laptop.call('GET', '/sessions?ended=true')).json(), { count: 0, sessions: [] })
  await phone.call('POST', '/logout')
  await laptop.call('DELETE', `/sessions/${tablet.id}`)
  await bob.call('POST', '/logout')
  const { count, sessions, nextCursor } = (await laptop.call('GET', '/sessions?ended=true')).json()
  t.strictSame([count, nextCursor], [2, undefined])
  t.match(sessions, [
    { sessionId: tablet.id, reason: 'ended_by_user', actor: laptop.id, current: false, device: { type: 'unknown' }, lifetime: 'default', ipAddress: '127.0.0.1' },
    { sessionId: phone.id, reason: 'logged_out', actor: phone.id }
  ])
  for (const session of sessions) {
    t.strictSame(Object.keys(session).sort(), ['actor', 'createdAt', 'current', 'device', 'endedAt', 'ipAddress', 'lastAccessedAt', 'lifetime', 'reason', 'sessionId', 'userAgent'])
    t.ok(Number(session.createdAt) <= Number(session.endedAt))
  }
  const first = (await laptop.call('GET', '/sessions?ended=true&limit=1')).json()
  t.strictSame(first.sessions.map(({ sessionId }: Event) => sessionId), [tablet.id])
  const second = (await laptop.call('GET', `/sessions?ended=true&limit=1&cursor=${first.nextCursor}`)).json()
  t.strictSame(second.sessions.map(({ sessionId }: Event) => sessionId), [phone.id])
  t.equal(second.nextCursor, undefined)
  t.match((await laptop.call('GET', '/sessions?ended=false')).json(), { count: 1, sessions: [{ sessionId: laptop.id, current: true }] })
  isProblem(t, await phone.call('GET', '/me'), 401, 'invalid_session')
  isProblem(t, await laptop.call('DELETE', `/sessions/${phone.id}`), 404, 'session_not_found', 'what has ended cannot be ended')
})

t.test('the documents name every event and every reason that there is', async t => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  const scripts = ['history', 'burial'].map(name => read(`src/store/lua/includes/${name}.lua`)).join('')
  const events = [...scripts.matchAll(/history\.record\(keys, (?:session\.)?userId, \w+, '(\w+)'|\bname = '(\w+)', details/g)].map(([, event, gathered = '']) => event ?? gathered)
  t.equal(events.length, 8)
  const [, eventTable = ''] = /\| event \|.*\n\|.*\n((?:\|.*\n)+)/.exec(read('docs/history.md')) ?? []
  const [, reasonTable = ''] = /\| reason \|.*\n\|.*\n((?:\|.*\n)+)/.exec(read('docs/history.md')) ?? []
  const namesIn = (table: string) => table.split('\n').flatMap(line => line.split('|')[1]?.match(/`\w+`/g) ?? []).map(name => name.slice(1, -1)).sort()
  t.strictSame(namesIn(eventTable), [...events].sort())
  t.strictSame(namesIn(reasonTable), [...endReasons].sort())
  for (const event of events) t.match(EventSchema.properties.event.description, `\`${event}\``)
})

t.test('end-all says for each session who ended it', async t => {
  const { app } = await build(t)
  const [laptop] = [await login(app), await login(app), await login(app)]
  await laptop.call('DELETE', '/sessions/all?except=current')
  const { events } = (await laptop.call('GET', '/me/activity')).json<{ events: Event[] }>()
  t.strictSame(events.filter(({ event }) => event === 'ended').map(({ details }) => details), Array(2).fill({ reason: 'ended_all', actor: laptop.id }))
  await laptop.call('DELETE', `/sessions/${laptop.id}`)
  const again = await login(app)
  t.match((await again.call('GET', '/sessions?ended=true')).json(), { count: 3, sessions: [{ sessionId: laptop.id, reason: 'logged_out' }] })
})

t.test('a credential that is used again after its successor’s grace leaves reuse_detected', async t => {
  const { app } = await build(t, { ROTATION_GRACE_SECONDS: '0' })
  const [thief, alice] = [await login(app), await login(app)]
  const successor = (await thief.call('POST', '/session/rotate')).json().sessionId
  await app.inject({ url: '/me', headers: { 'x-session-id': successor } })
  isProblem(t, await thief.call('GET', '/me'), 401, 'invalid_session')
  t.match((await alice.call('GET', '/me/activity')).json().events[0], { event: 'ended', sessionId: thief.id, details: { reason: 'reuse_detected' } })
})

t.test('a page size, a cursor or a wish that is none is refused', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  for (const path of ['/me/activity', `/sessions/${alice.id}/activity`]) {
    isInvalid(t, await alice.call('GET', `${path}?limit=0`), ['querystring/limit'])
    isInvalid(t, await alice.call('GET', `${path}?user=2`), ['querystring/user'])
    isProblem(t, await alice.call('GET', `${path}?cursor=x`), 400, 'malformed_cursor')
  }
  isInvalid(t, await alice.call('GET', `/sessions/${alice.credential}/activity`), ['params/sessionId'])
  isProblem(t, await alice.call('GET', '/sessions?ended=true&cursor=x'), 400, 'malformed_cursor')
  isInvalid(t, await alice.call('GET', '/sessions?ended=yes'), ['querystring/ended'])
  for (const url of ['/me/activity', `/sessions/${alice.id}/activity`]) isProblem(t, await app.inject(url), 401, 'no_session')
})
