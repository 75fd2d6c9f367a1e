import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { build, login } from '../harness.ts'
import { isInvalid, isProblem } from './problem.ts'

t.test('tells the user and the times of the session, and nothing else', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const response = await alice.call('GET', '/me')
  t.equal(response.statusCode, 200)
  t.equal(response.headers['cache-control'], 'no-store')
  t.equal(response.headers.etag, undefined)
  const body = response.json()
  t.strictSame(body.user, { id: 1, email: 'alice@example.com', name: 'Alice' })
  t.strictSame(Object.keys(body.session).sort(), ['absoluteExpiresAt', 'authenticatedAt', 'createdAt', 'expiresAt', 'expiresBy', 'idleExpiresAt', 'lastAccessedAt'])
  const { expiresBy, ...times } = body.session
  t.equal(expiresBy, 'idle')
  for (const time of Object.values(times)) t.match(time, /^\d{13}$/)
})

t.test('each credential has its own user', async t => {
  const { app } = await build(t)
  const [bob, admin] = [await login(app, 'bob'), await login(app, 'admin')]
  t.match((await bob.call('GET', '/me')).json().user, { id: 2, email: 'bob@example.com' })
  t.match((await admin.call('GET', '/me')).json().user, { id: 3, email: 'admin@example.com' })
})

t.test('every use slides the idle deadline, never the absolute one', async t => {
  const { app } = await build(t, { TOUCH_INTERVAL_MS: '0' })
  const alice = await login(app)
  const before = (await alice.call('GET', '/me')).json().session
  await sleep(25) // Redis owns the clock
  const after = (await alice.call('GET', '/me')).json().session
  t.equal(after.createdAt, before.createdAt)
  t.equal(after.absoluteExpiresAt, before.absoluteExpiresAt)
  t.ok(Number(after.lastAccessedAt) - Number(before.lastAccessedAt) >= 20)
  t.equal(Number(after.idleExpiresAt) - Number(after.lastAccessedAt), 3_600_000)
})

t.test('without the near-cache it is answered from what was told before only as long as that is so', async t => {
  const { app } = await build(t, { NEAR_CACHE_MS: '0', TOUCH_INTERVAL_MS: '60000' })
  const alice = await login(app)
  const ask = async () => (await alice.call('GET', '/me')).json()
  const [first, ...others] = [await ask(), await ask(), await ask(), await ask()]
  for (const other of others) t.strictSame(other, first)
  t.ok((await app.sessions.validate(alice.credential))?.made?.includes(JSON.stringify(first)), 'the answer is kept')
  await alice.call('POST', '/session/extend', { seconds: 7200 })
  const extended = await ask()
  t.ok(Number(extended.session.idleExpiresAt) > Number(first.session.idleExpiresAt))
  t.strictSame(await ask(), extended)
  await alice.call('POST', '/logout')
  t.equal((await alice.call('GET', '/me')).statusCode, 401)
})

t.test('within a touch interval a use is not written again', async t => {
  const { app } = await build(t, { TOUCH_INTERVAL_MS: '60000' })
  const alice = await login(app)
  const before = (await alice.call('GET', '/me')).json().session
  await sleep(20) // Redis owns the clock
  t.strictSame((await alice.call('GET', '/me')).json().session, before)
})

t.test('an unused session ends, idle and absolute alike, as if it had never been', async t => {
  const { app } = await build(t, { SESSION_IDLE_SECONDS: '1', TOUCH_INTERVAL_MS: '0' })
  const alice = await login(app)
  await sleep(1100) // Redis owns the clock
  isProblem(t, await alice.call('GET', '/me'), 401, 'invalid_session')

  const short = await build(t, { SESSION_ABSOLUTE_SECONDS: '2', TOUCH_INTERVAL_MS: '0' })
  const bob = await login(short.app, 'bob')
  await sleep(500) // Redis owns the clock
  t.equal((await bob.call('GET', '/me')).statusCode, 200, 'in use')
  await sleep(1600)
  isProblem(t, await bob.call('GET', '/me'), 401, 'invalid_session', 'use does not move the absolute deadline')
})

t.test('HEAD answers like GET, without the body', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const response = await alice.call('HEAD', '/me')
  t.equal(response.statusCode, 200)
  t.equal(response.body, '')
  const refused = await app.inject({ method: 'HEAD', url: '/me' })
  t.equal(refused.statusCode, 401)
  t.equal(refused.body, '')
  t.ok(refused.headers['www-authenticate'])
})

t.test('an unknown query parameter is refused', async t => {
  const { app } = await build(t)
  isInvalid(t, await app.inject('/me?user=2'), ['querystring/user'], 'even before the missing session')
})
