import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { build, buildAnother, demo, login, loginByCookie } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { isProblem } from './problem.ts'

const tv = 'Mozilla/5.0 (Linux; Tizen 2.3; SmartHub; SMART-TV; SmartTV; U; Maple2012) AppleWebKit/538.1+ (KHTML, like Gecko) TV Safari/538.1+'

function attempt (app: FastifyInstance, more: object = {}, headers: Record<string, string> = {}) {
  return app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, ...more }, headers }).then(response => {
    if (response.statusCode === 200) noteCredential(app, response.json<{ sessionId: string }>().sessionId)
    return response
  })
}

t.test('limit 1 with deny is the lock against concurrent logins: the second device may end the first and get in, in one request', async t => {
  const { app } = await build(t, { SESSION_LIMIT: '1', SESSION_LIMIT_POLICY: 'deny' })
  const first = await login(app, 'alice', { 'user-agent': 'first/1.0' })
  const refused = await attempt(app)
  isProblem(t, refused, 409, 'session_limit_reached')
  const { max, sessions } = refused.json<{ max: number, sessions: Array<{ sessionId: string, userAgent: string, current: boolean }> }>()
  t.equal(max, 1)
  t.match(sessions, [{ sessionId: first.id, userAgent: 'first/1.0', current: false }])
  t.equal((await first.call('GET', '/me')).statusCode, 200, 'the first goes on')

  t.equal((await attempt(app, { endSessionId: first.id, password: 'wrong' })).statusCode, 401, 'not without the password')
  t.equal((await first.call('GET', '/me')).statusCode, 200)
  const second = await attempt(app, { endSessionId: first.id })
  t.equal(second.statusCode, 200)
  t.equal((await first.call('GET', '/me')).statusCode, 401, 'the first is out')
  t.equal((await login(app, 'bob').then(bob => bob.call('GET', '/me'))).statusCode, 200, 'others have limits of their own')

  const { sessionId } = second.json<{ sessionId: string }>()
  await app.inject({ method: 'POST', url: '/logout', headers: { 'x-session-id': sessionId } })
  t.equal((await attempt(app)).statusCode, 200, 'after a log-out there is room')
})

t.test('a browser that logs in again is not locked out by its own session, also by the limit of its device type', async t => {
  for (const [name, limit] of [['SESSION_LIMIT', '1'], ['SESSION_LIMIT_BY_DEVICE_TYPE', 'unknown:1']] as const) {
    const { app } = await build(t, { [name]: limit, SESSION_LIMIT_POLICY: 'deny' })
    const refused = async (headers: Record<string, string>, what: string) =>
      isProblem(t, await attempt(app, { cookie: true }, { 'sec-fetch-site': 'same-origin', ...headers }), 409, 'session_limit_reached', what)
    const first = await loginByCookie(app)
    const second = await loginByCookie(app, 'alice', { cookie: first.cookie })
    t.equal(second.response.statusCode, 200, second.response.body)
    isProblem(t, await app.inject({ url: '/me', headers: { cookie: first.cookie } }), 401, 'invalid_session')
    await refused({}, 'another browser is')
    await refused({ cookie: first.cookie }, 'and one whose session has ended')
    t.equal((await app.inject({ url: '/me', headers: { cookie: second.cookie } })).statusCode, 200)
  }
})

t.test('a wrong password learns nothing of the limit', async t => {
  const { app } = await build(t, { SESSION_LIMIT: '1', SESSION_LIMIT_POLICY: 'deny' })
  await login(app)
  isProblem(t, await attempt(app, { password: 'wrong' }), 401, 'login_failed')
})

t.test('endSessionId is a public id; somebody else’s ends nothing', async t => {
  const { app } = await build(t, { SESSION_LIMIT: '1', SESSION_LIMIT_POLICY: 'deny' })
  await login(app)
  const bob = await login(app, 'bob')
  isProblem(t, await attempt(app, { endSessionId: bob.id }), 409, 'session_limit_reached')
  t.equal((await bob.call('GET', '/me')).statusCode, 200)
  isProblem(t, await attempt(app, { endSessionId: bob.credential }), 400, 'validation_failed')
})

t.test('fifty logins at once on two instances under a limit of three: exactly three live', async t => {
  const { app, config } = await build(t, { SESSION_LIMIT: '3', HASH_QUEUE_LIMIT: '64' })
  const other = await buildAnother(t, config)
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => attempt(i % 2 === 0 ? app : other)))
  t.ok(answers.every(({ statusCode }) => statusCode === 200), 'everybody gets in')
  const verdicts = await Promise.all(answers.map(answer => app.sessions.validate(answer.json<{ sessionId: string }>().sessionId)))
  const live = verdicts.filter(session => session !== null)
  t.equal(live.length, 3)
  t.equal((await app.sessions.list({ userId: '1' }, 100, undefined)).count, 3)

  const survivor = answers[verdicts.findIndex(session => session !== null)]?.json<{ sessionId: string }>().sessionId
  const read = async <Answer>(url: string) => (await app.inject({ url, headers: { 'x-session-id': survivor } })).json<Answer>()
  const { sessions: victims } = await read<{ sessions: Array<{ sessionId: string, reason: string }> }>('/sessions?ended=true&limit=100')
  t.strictSame(victims.map(({ reason }) => reason), Array(47).fill('evicted'), 'every victim with its reason')
  t.equal(new Set([...victims.map(({ sessionId }) => sessionId), ...live.map(({ id }) => id)]).size, 50)
  const { events } = await read<{ events: Array<{ event: string, details: { reason?: string } }> }>('/me/activity?limit=100')
  t.strictSame(events.filter(({ event }) => event === 'ended').map(({ details: { reason } }) => reason), Array(47).fill('evicted'))
})

t.test('a login under evict-idle ends who was away for longest', async t => {
  const { app } = await build(t, { SESSION_LIMIT: '2', SESSION_LIMIT_POLICY: 'evict-idle', TOUCH_INTERVAL_MS: '0' })
  const [first, second] = [await login(app), await login(app)]
  await first.call('GET', '/me')
  await login(app)
  t.equal((await first.call('GET', '/me')).statusCode, 200)
  t.equal((await second.call('GET', '/me')).statusCode, 401)
})

t.test('the quota says what is used, what may be, and what happens beyond it', async t => {
  const { app } = await build(t, { SESSION_LIMIT: '5', SESSION_LIMIT_POLICY: 'deny', SESSION_LIMIT_BY_DEVICE_TYPE: 'tv:1, mobile:2' })
  const { call } = await login(app)
  await login(app, 'alice', { 'user-agent': tv })
  t.strictSame((await call('GET', '/sessions/quota')).json(), {
    used: 2, max: 5, policy: 'deny', byDeviceType: { tv: { used: 1, max: 1 }, mobile: { used: 0, max: 2 } }
  })
  const refused = await attempt(app, {}, { 'user-agent': tv })
  isProblem(t, refused, 409, 'session_limit_reached')
  t.match(refused.json(), { max: 1, deviceType: 'tv', detail: /1 live session on devices of the type tv/ })
  t.match(refused.json<{ sessions: Array<{ userAgent: string }> }>().sessions.map(({ userAgent }) => userAgent), [tv], 'those that are in the way')
  t.equal((await attempt(app)).statusCode, 200, 'other types have room')
})

t.test('the sessions in the way are shown however many others are newer, and a hundred of them at most', async t => {
  const { app } = await build(t, { SESSION_LIMIT: '205', SESSION_LIMIT_POLICY: 'deny', SESSION_LIMIT_BY_DEVICE_TYPE: 'tv:1' })
  const old = await login(app, 'alice', { 'user-agent': tv })
  const open = () => app.sessions.open({ userId: '1', profile: { email: demo.alice.email, name: 'Alice', roles: [] }, ipAddress: '', userAgent: '' })
  for (let i = 0; i < 101; i++) await open()
  const shown = async (headers: Record<string, string> = {}) => (await attempt(app, {}, headers)).json<{ sessions: Array<{ sessionId: string }> }>().sessions
  t.match(await shown({ 'user-agent': tv }), [{ sessionId: old.id }])
  for (let i = 0; i < 103; i++) await open()
  t.equal((await shown()).length, 100)
})

t.test('by default a hundred, and the oldest gives way', async t => {
  const { app } = await build(t)
  const { call } = await login(app)
  t.strictSame((await call('GET', '/sessions/quota')).json(), { used: 1, max: 100, policy: 'evict-oldest' })
})
