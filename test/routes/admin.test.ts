import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { build, buildAnother, login } from '../harness.ts'
import { isInvalid, isProblem } from '../routes/problem.ts'

t.test('an administrator sees how many sessions are live, created and ended ones at once', async t => {
  const { app } = await build(t)
  const admin = await login(app, 'admin')
  const count = async () => (await admin.call('GET', '/admin/stats')).json().activeSessions
  t.equal(await count(), 1)
  const logins = [await login(app), await login(app), await login(app, 'bob')]
  t.equal(await count(), 4)
  await logins[0]?.call('POST', '/logout')
  t.equal(await count(), 3)
  await logins[1]?.call('DELETE', '/sessions/all')
  t.equal(await count(), 2)
  t.strictSame((await admin.call('GET', '/admin/stats')).json(), { activeSessions: 2 })
})

t.test('what happens on another instance is counted within a second', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const admin = await login(app, 'admin')
  await login(other)
  await sleep(1000) // the promise is a second
  t.strictSame((await admin.call('GET', '/admin/stats')).json(), { activeSessions: 2 })
})

t.test('is for administrators', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const refused = await alice.call('GET', '/admin/stats')
  isProblem(t, refused, 403, 'forbidden')
  t.equal(refused.headers['www-authenticate'], undefined, 'another login would not help')
  isProblem(t, await app.inject('/admin/stats'), 401, 'no_session')
  isInvalid(t, await app.inject('/admin/stats?all=1'), ['querystring/all'])
})
