import t from 'tap'
import { build, login } from '../../harness.ts'

t.test('once draining has started, readiness says no and every answer closes its connection', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const before = await alice.call('GET', '/me')
  t.equal(app.draining.isOn, false)
  t.not(before.headers.connection, 'close')

  app.draining.start()
  t.equal(app.draining.isOn, true)
  const readiness = await app.inject('/readyz')
  t.equal(readiness.statusCode, 503)
  t.equal(readiness.json().code, 'shutting_down')
  t.equal(readiness.headers.connection, 'close')
  const after = await alice.call('GET', '/me')
  t.equal(after.statusCode, 200, 'requests are still served')
  t.equal(after.headers.connection, 'close')
  t.equal((await app.inject('/livez')).statusCode, 200)
})

t.test('it tells how long no client has come; a load balancer that asks for health is none', async t => {
  const { app } = await build(t)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  app.draining.start()
  const started = performance.now()
  await fetch(`${url}/readyz`)
  await fetch(`${url}/livez`)
  const quiet = app.draining.quietMs()
  t.ok(Math.abs(quiet - (performance.now() - started)) < 100, 'quiet since the start')
  await fetch(`${url}/me`)
  t.ok(app.draining.quietMs() < quiet, 'quiet since the request')
})
