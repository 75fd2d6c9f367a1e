import t from 'tap'
import { build, login } from '../harness.ts'
import { isInvalid, isProblem } from './problem.ts'

type Login = Awaited<ReturnType<typeof login>>

t.test('lists every session of mine, newest first, and marks this one', async t => {
  const { app } = await build(t)
  const logins = [await login(app, 'alice', { 'user-agent': 'one/1' }), await login(app, 'alice', { 'user-agent': 'two/2' }), await login(app, 'alice', { 'user-agent': 'three/3' })]
  await login(app, 'bob')
  const response = await logins[1]?.call('GET', '/sessions')
  const body = response?.json()
  t.equal(response?.statusCode, 200)
  t.strictSame(Object.keys(body).sort(), ['count', 'sessions'], 'no cursor where nothing follows')
  t.equal(body.count, 3)
  const ids = body.sessions.map((session: { sessionId: string }) => session.sessionId)
  t.strictSame(new Set(ids), new Set(logins.map(({ id }) => id)))
  const created = body.sessions.map((session: { createdAt: string }) => Number(session.createdAt))
  t.strictSame(created, [...created].sort((a, b) => b - a), 'newest first')
  t.strictSame(body.sessions.filter((session: { current: boolean }) => session.current).map((session: { sessionId: string }) => session.sessionId), [logins[1]?.id])
  for (const session of body.sessions) {
    t.strictSame(Object.keys(session).sort(), ['absoluteExpiresAt', 'authenticatedAt', 'createdAt', 'current', 'device', 'expiresAt', 'expiresBy', 'idleExpiresAt', 'ipAddress', 'lastAccessedAt', 'lastIpAddress', 'lastUserAgent', 'lifetime', 'online', 'sessionId', 'userAgent'])
  }
  for (const { credential } of logins) t.notOk(response?.body.includes(credential.slice(37)), 'no credential is in the list')
})

t.test('a list of more than a page is walked by its cursor, each session once', async t => {
  const { app } = await build(t, { SESSION_LIMIT: '200' })
  const logins: Login[] = []
  for (let i = 0; i < 130; i++) logins.push(await login(app))
  const alice = logins[0]
  if (alice === undefined) return t.fail('no login')
  const walk = async (limit: string) => {
    const pages: string[][] = []
    let query = limit
    for (;;) {
      const { count, sessions, nextCursor } = (await alice.call('GET', `/sessions${query}`)).json()
      t.equal(count, 130, 'the count is of all, on every page')
      pages.push(sessions.map((session: { sessionId: string }) => session.sessionId))
      if (nextCursor === undefined) return pages
      t.match(nextCursor, /^[A-Za-z0-9_-]{1,128}$/)
      query = `${limit === '' ? '?' : `${limit}&`}cursor=${nextCursor}`
    }
  }
  const all = (await walk('')).flat()
  t.equal(new Set(all).size, 130)
  t.strictSame((await walk('')).map(page => page.length), [100, 30], '100 a page unless asked for less')
  t.strictSame((await walk('?limit=65')).map(page => page.length), [65, 65], 'no empty page at the end')
  t.strictSame((await walk('?limit=100')).flat(), all)
  const fives = await walk('?limit=26')
  t.strictSame(fives.flat(), all, 'in the same order whatever the page size')
})

t.test('a session that ends between two pages does not disturb the walk', async t => {
  const { app } = await build(t)
  const logins = [await login(app), await login(app), await login(app), await login(app)]
  const [alice] = logins
  const first = (await alice?.call('GET', '/sessions?limit=2'))?.json()
  for (const { sessionId } of first.sessions) if (sessionId !== alice?.id) await alice?.call('DELETE', `/sessions/${sessionId}`)
  const second = (await alice?.call('GET', `/sessions?limit=2&cursor=${first.nextCursor}`))?.json()
  const seen = [...first.sessions, ...second.sessions].map(session => session.sessionId)
  t.strictSame(new Set(seen), new Set(logins.map(({ id }) => id)))
  t.equal(second.nextCursor, undefined)
})

t.test('a page size or a cursor that is none is refused', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  for (const limit of ['0', '101', '01', '-1', '1.5', '1e2', 'x', '', ' 1']) {
    isInvalid(t, await alice.call('GET', `/sessions?limit=${encodeURIComponent(limit)}`), ['querystring/limit'], `limit ${limit}`)
  }
  isInvalid(t, await alice.call('GET', '/sessions?limit=1&limit=2'), ['querystring/limit'], 'a limit twice')
  isInvalid(t, await alice.call('GET', '/sessions?cursor='), ['querystring/cursor'])
  isInvalid(t, await alice.call('GET', `/sessions?cursor=${'a'.repeat(129)}`), ['querystring/cursor'])
  isInvalid(t, await alice.call('GET', '/sessions?page=2&user=2'), ['querystring/page', 'querystring/user'])
  const encoded = (text: string) => Buffer.from(text).toString('base64url')
  await login(app)
  const { nextCursor = '' } = (await alice.call('GET', '/sessions?limit=1')).json<{ nextCursor?: string }>()
  t.equal((await alice.call('GET', `/sessions?cursor=${nextCursor}`)).json().sessions.length, 1)
  const bob = await login(app, 'bob')
  for (const [who, url] of [[bob, '/sessions?'], [alice, '/sessions?ended=true&'], [alice, '/me/activity?'], [alice, `/sessions/${alice.id}/activity?`]] as const) {
    isProblem(t, await who.call('GET', `${url}cursor=${nextCursor}`), 400, 'malformed_cursor', `of another list: ${url}`)
  }
  const changed = [...nextCursor].map((character, i) => `${nextCursor.slice(0, i)}${character === 'A' ? 'B' : 'A'}${nextCursor.slice(i + 1)}`)
  const tampered = [...changed, `${nextCursor}!`, `${nextCursor}=`, `${nextCursor}..`, `${nextCursor}A`, encoded(`1.${alice.id}`), 'x', '%00', encoded('1'), encoded(`${alice.id}`), encoded(`-1.${alice.id}`), encoded(`1.${alice.id}x`), encoded(`1.${alice.id.toUpperCase()}`), encoded(`1e3.${alice.id}`), encoded('1.*'), encoded(`9999999999999999.${alice.id}`)]
  for (const cursor of tampered) isProblem(t, await alice.call('GET', `/sessions?cursor=${cursor}`), 400, 'malformed_cursor', cursor)
})

t.test('ends one session, at once, and no other', async t => {
  const { app } = await build(t)
  const [laptop, phone, bob] = [await login(app), await login(app), await login(app, 'bob')]
  const response = await laptop.call('DELETE', `/sessions/${phone.id}`)
  t.equal(response.statusCode, 200)
  t.strictSame(response.json(), { message: 'Session ended', sessionId: phone.id })
  isProblem(t, await phone.call('GET', '/me'), 401, 'invalid_session')
  isProblem(t, await laptop.call('DELETE', `/sessions/${phone.id}`), 404, 'session_not_found', 'a dead id')
  t.equal((await bob.call('GET', '/me')).statusCode, 200)
  t.equal((await laptop.call('DELETE', `/sessions/${laptop.id}`)).statusCode, 200, 'this one, too')
  isProblem(t, await laptop.call('GET', '/me'), 401, 'invalid_session')
})

t.test("somebody else's session is not found, like one that never was", async t => {
  const { app } = await build(t)
  const [alice, bob, admin] = [await login(app), await login(app, 'bob'), await login(app, 'admin')]
  const foreign = await alice.call('DELETE', `/sessions/${bob.id}`)
  const never = await alice.call('DELETE', '/sessions/00000000-0000-4000-8000-000000000000')
  isProblem(t, foreign, 404, 'session_not_found')
  t.equal(foreign.body, never.body, 'the same bytes')
  isProblem(t, await admin.call('DELETE', `/sessions/${bob.id}`), 404, 'session_not_found', 'not even for an administrator')
  t.equal((await bob.call('GET', '/me')).statusCode, 200)
})

t.test('an id in another spelling, or a credential in the place of an id, is refused', async t => {
  const { app } = await build(t)
  const [alice, other] = [await login(app), await login(app)]
  const refused = [other.id.toUpperCase(), other.id.replaceAll('-', ''), `${other.id}x`, other.credential, 'ALL', '%2A', `{${other.id}}`, `${other.id}%00`, ' ']
  for (const id of refused) isInvalid(t, await alice.call('DELETE', `/sessions/${encodeURI(id)}`), ['params/sessionId'], id)
  t.equal((await other.call('GET', '/me')).statusCode, 200)
})

t.test('ends all of mine, this one included, and says how many', async t => {
  const { app } = await build(t)
  const logins = [await login(app), await login(app), await login(app)]
  const bob = await login(app, 'bob')
  const response = await logins[0]?.call('DELETE', '/sessions/all')
  t.strictSame(response?.json(), { message: 'Logged out from all devices', ended: 3 })
  for (const session of logins) isProblem(t, await session.call('GET', '/me'), 401, 'invalid_session')
  t.equal((await bob.call('GET', '/me')).statusCode, 200)
  const again = await login(app)
  t.match((await again.call('GET', '/sessions')).json(), { count: 1 }, 'a login afterwards is new')
})

t.test('ends all but this one', async t => {
  const { app } = await build(t)
  const logins = [await login(app), await login(app), await login(app)]
  const [kept] = logins
  await kept?.call('PUT', '/session/data', { key: 'cart', value: [1] })
  t.strictSame((await kept?.call('DELETE', '/sessions/all?except=current'))?.json(), { message: 'Logged out from all devices', ended: 2 })
  t.equal((await kept?.call('GET', '/session/data/cart'))?.statusCode, 200, 'its data is still there')
  t.match((await kept?.call('GET', '/sessions'))?.json(), { count: 1, sessions: [{ sessionId: kept?.id }] })
  for (const session of logins.slice(1)) isProblem(t, await session.call('GET', '/me'), 401, 'invalid_session')
  t.strictSame((await kept?.call('DELETE', '/sessions/all?except=current'))?.json(), { message: 'Logged out from all devices', ended: 0 }, 'nothing left')
})

t.test('only the word current makes an exception', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  for (const except of ['', 'Current', 'all', alice.id, 'current&except=current']) {
    isInvalid(t, await alice.call('DELETE', `/sessions/all?except=${except}`), ['querystring/except'], except)
  }
  isInvalid(t, await alice.call('DELETE', '/sessions/all?execpt=current'), ['querystring/execpt'], 'a slip of the pen must not end this session')
  t.equal((await alice.call('GET', '/me')).statusCode, 200)
})

t.test('needs a live session', async t => {
  const { app } = await build(t)
  for (const [method, url] of [['GET', '/sessions'], ['DELETE', '/sessions/all'], ['DELETE', '/sessions/00000000-0000-4000-8000-000000000000']] as const) {
    isProblem(t, await app.inject({ method, url }), 401, 'no_session')
  }
})
