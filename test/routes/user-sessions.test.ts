import t, { type Test } from 'tap'
import { build, login } from '../harness.ts'
import { isInvalid, isProblem } from './problem.ts'
import { addService } from './service.ts'

interface Listed { count: number, sessions: Array<{ sessionId: string, lastAccessedAt: string }>, nextCursor?: string }

const nobody = '00000000-0000-4000-8000-000000000000'

async function opened (t: Test) {
  const { app } = await build(t)
  const service = await addService(app, 'support', { scopes: ['sessions:read', 'sessions:revoke'] })
  return { app, ...service }
}

t.test('a service sees the sessions of a user as the user does, a page at a time, and uses none of them', async t => {
  const { app, call } = await opened(t)
  const [first, second] = [await login(app), await login(app)]
  await login(app, 'bob')
  const { count, sessions } = (await call('GET', '/v1/sessions?userId=1')).json<Listed>()
  t.equal(count, 2)
  t.strictSame(new Set(sessions.map(({ sessionId }) => sessionId)), new Set([first.id, second.id]))
  const mine = (await first.call('GET', '/sessions')).json<{ sessions: object[] }>()
  t.match(mine.sessions, sessions.map(({ lastAccessedAt: _at, ...session }) => ({ ...session, current: Boolean })))
  const page = (await call('GET', '/v1/sessions?userId=1&limit=1')).json<Listed>()
  const rest = (await call('GET', `/v1/sessions?userId=1&limit=1&cursor=${page.nextCursor}`)).json<Listed>()
  t.strictSame([...page.sessions, ...rest.sessions].map(({ sessionId }) => sessionId), sessions.map(({ sessionId }) => sessionId))
  t.equal(rest.nextCursor, undefined)
  t.strictSame((await call('GET', '/v1/sessions?userId=someone@else')).json(), { count: 0, sessions: [] })
})

t.test('a session is found by its public id, with whose it is', async t => {
  const { app, call } = await opened(t)
  const bob = await login(app, 'bob')
  t.match((await call('GET', `/v1/sessions/${bob.id}`)).json(), { userId: '2', session: { sessionId: bob.id, current: false } })
  await bob.call('POST', '/logout')
  isProblem(t, await call('GET', `/v1/sessions/${bob.id}`), 404, 'session_not_found')
  isProblem(t, await call('GET', `/v1/sessions/${nobody}`), 404, 'session_not_found')
})

t.test('a service ends one session, or all of a user; their history says that it was a service', async t => {
  const { app, call } = await opened(t)
  const [one, two, three, bob] = [await login(app), await login(app), await login(app), await login(app, 'bob')]
  t.strictSame((await call('DELETE', `/v1/sessions/${one.id}`)).json(), { message: 'Session ended', sessionId: one.id })
  t.strictSame([(await one.call('GET', '/me')).statusCode, (await two.call('GET', '/me')).statusCode], [401, 200])
  isProblem(t, await call('DELETE', `/v1/sessions/${one.id}`), 404, 'session_not_found')
  isProblem(t, await call('DELETE', `/v1/sessions/${nobody}`), 404, 'session_not_found')
  t.strictSame((await call('DELETE', '/v1/sessions?userId=1')).json(), { message: 'Logged out from all devices', ended: 2 })
  t.strictSame([(await two.call('GET', '/me')).statusCode, (await three.call('GET', '/me')).statusCode, (await bob.call('GET', '/me')).statusCode], [401, 401, 200])
  t.strictSame((await call('DELETE', '/v1/sessions?userId=1')).json().ended, 0)
  const alice = await login(app)
  const { sessions } = (await alice.call('GET', '/sessions?ended=true')).json<{ sessions: Array<{ sessionId: string, reason: string, actor?: string }> }>()
  for (const { id } of [one, two, three]) t.match(sessions.find(({ sessionId }) => sessionId === id), { reason: 'ended_by_service', actor: undefined })
})

t.test('reading and ending are scopes of their own', async t => {
  const { app } = await opened(t)
  const [reader, ender] = [await addService(app, 'reader', { scopes: ['sessions:read'] }), await addService(app, 'ender', { scopes: ['sessions:revoke'] })]
  const alice = await login(app)
  for (const path of ['/v1/sessions?userId=1', `/v1/sessions/${alice.id}`]) {
    t.equal((await reader.call('GET', path)).statusCode, 200)
    isProblem(t, await reader.call('DELETE', path), 403, 'insufficient_scope')
    isProblem(t, await ender.call('GET', path), 403, 'insufficient_scope')
  }
  t.equal((await alice.call('GET', '/me')).statusCode, 200, 'nothing was ended')
})

t.test('whose sessions is to be said', async t => {
  const { app, call } = await opened(t)
  const alice = await login(app)
  for (const method of ['GET', 'DELETE'] as const) {
    isInvalid(t, await call(method, '/v1/sessions'), ['querystring/userId'])
    isInvalid(t, await call(method, '/v1/sessions?userId='), ['querystring/userId'])
    isInvalid(t, await call(method, '/v1/sessions?userId=a%20b'), ['querystring/userId'])
    isInvalid(t, await call(method, `/v1/sessions?userId=${'x'.repeat(129)}`), ['querystring/userId'])
    isInvalid(t, await call(method, '/v1/sessions/x'), ['params/sessionId'])
  }
  isInvalid(t, await call('GET', '/v1/sessions?userId=1&limit=101'), ['querystring/limit'])
  isProblem(t, await call('GET', '/v1/sessions?userId=1&cursor=x'), 400, 'malformed_cursor')
  t.equal((await alice.call('GET', '/me')).statusCode, 200)
})
