import t from 'tap'
import { endSessions, eraseHistory } from '../../../scripts/users/end-sessions.ts'
import { tagOf } from '../../../src/sessions/credential.ts'
import { createKeys } from '../../../src/store/keys.ts'
import { build, inspector, login } from '../../harness.ts'

t.test('ends the sessions of one user and says how many there were', async t => {
  const { app, config } = await build(t)
  const alice = [await login(app, 'alice'), await login(app, 'alice')]
  const bob = await login(app, 'bob')
  t.equal(await endSessions(config, '1', 'disabled'), 2)
  for (const { call } of alice) t.equal((await call('GET', '/me')).statusCode, 401)
  t.equal((await bob.call('GET', '/me')).statusCode, 200)
  const again = await login(app, 'alice')
  const { sessions } = (await again.call('GET', '/sessions?ended=true')).json()
  t.match(sessions, [{ reason: 'disabled', actor: undefined }, { reason: 'disabled', actor: undefined }])
  await again.call('POST', '/logout')
  t.equal(await endSessions(config, '1', 'disabled'), 0)
})

t.test('sessions that could not be ended are not passed over', async t => {
  const { config } = await build(t)
  const client = await inspector(t)
  const notBefore = createKeys(config.KEY_PREFIX).notBefore(tagOf('1'))
  await client.set(notBefore, 'of the wrong type', 'EX', 60)
  await t.rejects(endSessions(config, '1', 'disabled'), { message: /^The account is changed, but its sessions live on: WRONGTYPE .* Repeat the command\.$/ })
  await client.del(notBefore)
})

t.test('erases the history of one user, or says that it could not', async t => {
  const { app, config } = await build(t)
  const client = await inspector(t)
  const [alice, bob] = [await login(app, 'alice'), await login(app, 'bob')]
  await eraseHistory(config, '1')
  t.strictSame((await alice.call('GET', '/me/activity')).json().events, [])
  t.equal((await bob.call('GET', '/me/activity')).json().events.length, 1)
  await t.rejects(eraseHistory({ ...config, REDIS_URL: 'unix:///nowhere/redis.sock' }, '1'), { message: /^The account is disabled, but not removed yet: .* Repeat the command\.$/ })
  t.equal(await client.exists(createKeys(config.KEY_PREFIX).userActivity(tagOf('1'), '1')), 0)
})
