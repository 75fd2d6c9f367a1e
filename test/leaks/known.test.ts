import t from 'tap'
import { build, demo, login } from '../harness.ts'
import { assertNothingLeaked } from './known.ts'

t.test('a test that leaves a secret in its log or in Redis fails at its end', async t => {
  const { app, config } = await build(t)
  const { credential, call } = await login(app)
  const leaked = (line: string) => assertNothingLeaked(app, config, [line])
  await leaked('nothing')
  await t.rejects(leaked(`{"msg":"${credential}"}`), /log: proof of credential .*, as it is/)
  await t.rejects(leaked(Buffer.from(credential).toString('base64')), /log: proof of credential .*, in base64/)
  await t.rejects(leaked(config.SESSION_KEYS), /log: keyring, as it is/)
  await t.rejects(leaked(JSON.stringify(demo.bob)), /log: password of bob@example.com, as it is/)

  await call('PUT', '/session/data', { key: 'note', value: demo.bob.password })
  await t.rejects(leaked('nothing'), /Redis: password of bob@example.com, as it is/)
  await call('DELETE', '/session/data/note')
})
