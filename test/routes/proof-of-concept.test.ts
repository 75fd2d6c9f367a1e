import t from 'tap'
import { build } from '../harness.ts'

const curl = { 'user-agent': 'curl/7.81.0' }
const alice = { email: 'alice@example.com', password: 'password123' }
const epochMilliseconds = /^1[0-9]{12}$/

/** The seven steps of the proof of concept, in order, each with the answer that it promises. */
t.test('the proof of concept, step by step', async t => {
  const { app } = await build(t)
  const call = async (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, sessionId?: string, payload?: object) => {
    const headers = { ...curl, ...(sessionId !== undefined && { 'x-session-id': sessionId }) }
    const response = await app.inject({ method, url, headers, ...(payload && { payload }) })
    return { status: response.statusCode, body: response.json() }
  }
  const started = Date.now()

  t.comment('Test 1: log in and create a session')
  const login = await call('POST', '/login', undefined, alice)
  const sessionId: string = login.body.sessionId
  t.equal(login.status, 200)
  t.match(login.body, { message: 'Login successful', sessionId: String, user: { id: 1, email: 'alice@example.com', name: 'Alice' } })
  t.strictSame(Object.keys(login.body.user), ['id', 'email', 'name'])

  t.comment('Test 2: get the current user')
  const me = await call('GET', '/me', sessionId)
  t.equal(me.status, 200)
  t.strictSame(me.body.user, { id: 1, email: 'alice@example.com', name: 'Alice' })
  t.match(me.body.session, { createdAt: epochMilliseconds, lastAccessedAt: epochMilliseconds })
  t.ok(Math.abs(Number(me.body.session.createdAt) - started) < 5000, 'in milliseconds of now')

  t.comment('Test 3: update session data')
  const put = await call('PUT', '/session/data', sessionId, { key: 'cartItems', value: '3' })
  t.equal(put.status, 200)
  t.strictSame(put.body, { message: 'Session updated', key: 'cartItems', value: '3' })

  t.comment('Test 4: get all my sessions')
  const second = (await call('POST', '/login', undefined, alice)).body.sessionId
  const list = await call('GET', '/sessions', sessionId)
  t.equal(list.status, 200)
  t.equal(list.body.count, 2)
  t.match(list.body.sessions, [{ sessionId: second.split('.')[0] }, { sessionId: sessionId.split('.')[0] }], 'newest first')
  for (const session of list.body.sessions) {
    t.match(session, { createdAt: epochMilliseconds, lastAccessedAt: epochMilliseconds, ipAddress: '127.0.0.1', userAgent: 'curl/7.81.0' })
  }

  t.comment('Test 5: log out')
  const logout = await call('POST', '/logout', sessionId)
  t.equal(logout.status, 200)
  t.strictSame(logout.body, { message: 'Logged out successfully' })

  t.comment('Test 6: access after logging out fails')
  t.match(await call('GET', '/me', sessionId), { status: 401, body: { error: 'Invalid or expired session' } })
  t.match(await call('GET', '/me'), { status: 401, body: { error: 'No session ID provided' } })

  t.comment('Test 7: several devices, ended together')
  const laptop = (await call('POST', '/login', undefined, alice)).body.sessionId
  const phone = (await call('POST', '/login', undefined, alice)).body.sessionId
  t.equal((await call('GET', '/me', laptop)).status, 200)
  t.equal((await call('GET', '/me', phone)).status, 200)
  t.match(await call('DELETE', '/sessions/all', laptop), { status: 200, body: { message: 'Logged out from all devices' } })
  t.match(await call('GET', '/me', laptop), { status: 401, body: { error: 'Invalid or expired session' } })
  t.match(await call('GET', '/me', phone), { status: 401, body: { error: 'Invalid or expired session' } })

  t.comment('the number of live sessions, for an administrator')
  const admin = (await call('POST', '/login', undefined, { email: 'admin@example.com', password: 'admin789' })).body.sessionId
  t.strictSame(await call('GET', '/admin/stats', admin), { status: 200, body: { activeSessions: 1 } })
})
