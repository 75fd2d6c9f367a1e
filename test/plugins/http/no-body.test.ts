import t from 'tap'
import { build, login } from '../../harness.ts'
import { isInvalid } from '../../routes/problem.ts'

t.test('a route that takes no body knows no member of one', async t => {
  const { app } = await build(t)
  const [alice, other] = [await login(app), await login(app)]
  isInvalid(t, await alice.call('DELETE', '/sessions/all', { except: 'current', now: true }), ['body/except', 'body/now'], 'what belongs into the query')
  isInvalid(t, await alice.call('POST', '/logout', { everywhere: true }), ['body/everywhere'])
  for (const payload of ['[]', '"x"', '7', 'true']) isInvalid(t, await alice.call('POST', '/session/rotate', payload, { 'content-type': 'application/json' }), ['body'], payload)
  for (const { call } of [alice, other]) t.equal((await call('GET', '/me')).statusCode, 200, 'nothing has changed')
})

t.test('an empty one is none', async t => {
  const { app } = await build(t)
  const { call } = await login(app)
  for (const payload of ['', '{}', 'null']) t.equal((await call('POST', '/session/rotate', payload, { 'content-type': 'application/json' })).statusCode, 200, payload)
})
