import { EventEmitter, once } from 'node:events'
import t, { type Test } from 'tap'
import { serviceError } from '../../src/sessions/errors.ts'
import { build, demo } from '../harness.ts'

/** Alice logs in while all of her sessions are ended, that many times, each time after her password was checked. */
async function loginUnder (t: Test, endAlls: number) {
  const { app } = await build(t)
  const { authenticate } = app.users
  let checks = 0
  app.users.authenticate = async (...attempt) => {
    const user = await authenticate(...attempt)
    if (++checks <= endAlls) await app.sessions.endAll('1')
    return user
  }
  const response = await app.inject({ method: 'POST', url: '/login', payload: demo.alice })
  return { app, response, checks }
}

t.test('a login that was under way when all sessions of the account were ended checks the account again', async t => {
  const { app, response, checks } = await loginUnder(t, 1)
  t.equal(response.statusCode, 200)
  // Once more when the second login fell into the millisecond of the end.
  t.ok(checks === 2 || checks === 3, `${checks} checks`)
  t.equal(await app.sessions.countLive(), 1)
})

t.test('a login under which the sessions are ended again and again is given up', async t => {
  const { app, response, checks } = await loginUnder(t, Infinity)
  t.equal(response.statusCode, 503)
  t.match(response.json(), { code: 'login_busy' })
  t.match(response.headers, { 'retry-after': /^\d+$/ })
  t.equal(checks, 5)
  t.equal(await app.sessions.countLive(), 0)
})

t.test('logins that wait for a thread when the store goes away are refused, not hashed', async t => {
  const { app } = await build(t)
  const [{ authenticate }, { assertAvailable }, all] = [app.users, app.sessionStore, new EventEmitter()]
  let arrived = 0
  app.users.authenticate = async (...attempt) => {
    arrived++
    if (arrived === 5) all.emit('arrived')
    else await once(all, 'arrived')
    return authenticate(...attempt)
  }
  app.sessionStore.assertAvailable = () => {
    if (arrived === 5) throw serviceError('store_unavailable', 'gone')
    assertAvailable()
  }
  const statuses = await Promise.all(Array.from({ length: 5 }, async () => {
    const { statusCode } = await app.inject({ method: 'POST', url: '/login', payload: demo.alice })
    return statusCode
  }))
  t.strictSame(statuses, Array(5).fill(503), 'all came when it was there, none got to a thread')
  t.equal(await app.sessions.countLive(), 0)
})

t.test('an account that is disabled while its password is being checked does not get in', async t => {
  const { app } = await build(t)
  const { authenticate } = app.users
  let isDisabled = false
  app.users.authenticate = async (email, password) => {
    if (isDisabled) return null
    const user = await authenticate(email, password)
    isDisabled = true
    await app.sessions.endAll('1')
    return user
  }
  const response = await app.inject({ method: 'POST', url: '/login', payload: demo.alice })
  t.equal(response.statusCode, 401)
  t.match(response.json(), { code: 'login_failed' })
  t.equal(await app.sessions.countLive(), 0)
})
