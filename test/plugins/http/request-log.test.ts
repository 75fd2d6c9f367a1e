import t from 'tap'
import { build, demo, login } from '../../harness.ts'

t.test('each request is one line: who, what, how it ended, how long it took', async t => {
  const { app, logs } = await build(t)
  const alice = await login(app)
  const lines = async (work: () => Promise<unknown>) => {
    logs.length = 0
    await work()
    return logs.map(line => JSON.parse(line)).filter(line => line.msg === 'request')
  }
  const [me, ...none] = await lines(() => alice.call('GET', '/me', undefined, { 'x-request-id': 'mine' }))
  t.strictSame(none, [])
  t.match(me, { reqId: 'mine', method: 'GET', path: undefined, route: '/me', status: 200, code: undefined, ms: Number, ip: '127.0.0.1', session: /^[A-Za-z0-9_-]{16}$/ })
  const [key] = await lines(() => alice.call('GET', '/session/data/some-key?x=1'))
  t.match(key, { path: undefined, route: '/session/data/:key', status: 400, code: 'validation_failed', session: null })
  const [forbidden] = await lines(() => alice.call('GET', '/admin/stats'))
  t.match(forbidden, { route: '/admin/stats', status: 403, code: 'forbidden', session: me.session })
  const [wrong] = await lines(() => alice.call('POST', '/session/data/some-key'))
  t.match(wrong, { path: undefined, route: '/session/data/:key', status: 405, code: 'method_not_allowed' })
  const [missing] = await lines(() => app.inject('/nowhere?token=1'))
  t.match(missing, { path: '/nowhere', route: undefined, status: 404, code: 'route_not_found', session: null })
})

t.test('what is answered before it comes to a route is told by its route, too, and never by its path', async t => {
  const { app, logs } = await build(t, { CORS_ORIGINS: 'https://shop.example' })
  await app.inject({ method: 'OPTIONS', url: '/session/data/some-key', headers: { origin: 'https://shop.example', 'access-control-request-method': 'DELETE' } })
  t.match(JSON.parse(logs.at(-1) ?? ''), { path: undefined, route: '/session/data/:key', status: 204 })
})

t.test('a session has the same mark on all of its lines, and another session another', async t => {
  const { app, logs } = await build(t)
  const [one, two] = [await login(app), await login(app)]
  logs.length = 0
  for (const session of [one, one, two]) await session.call('GET', '/me')
  const marks = logs.map(line => JSON.parse(line)).filter(line => line.route === '/me').map(line => line.session)
  t.equal(marks.length, 3)
  t.equal(marks[0], marks[1])
  t.not(marks[0], marks[2])
})

t.test('a login says by a keyed hash for which account it was, also one that failed', async t => {
  const { app, logs } = await build(t)
  const attempts = [demo.alice, { ...demo.alice, password: 'wrong' }, { email: 'ALICE@example.com', password: 'wrong' }, demo.bob, { email: 'nobody@example.com', password: 'wrong' }, { email: 7 }, []]
  for (const payload of attempts) await app.inject({ method: 'POST', url: '/login', payload })
  const lines = logs.map(line => JSON.parse(line)).filter(({ route }) => route === '/login')
  t.strictSame(lines.map(({ status }) => status), [200, 401, 401, 200, 401, 400, 400])
  const [alice, wrong, shouted, bob, nobody, ...none] = lines.map(({ account }) => account)
  t.match(alice, /^[A-Za-z0-9_-]{16}$/)
  t.strictSame([wrong, shouted], [alice, alice])
  t.equal(new Set([alice, bob, nobody]).size, 3)
  t.strictSame(none, [undefined, undefined])
  const { credential } = await login(app, 'admin')
  await app.inject({ method: 'POST', url: '/admin/users', payload: { email: 'carol@example.com', name: 'Carol', password: 'nine herons wade' }, headers: { 'x-session-id': credential } })
  const added = logs.map(line => JSON.parse(line)).find(({ route }) => route === '/admin/users')
  t.strictSame([added?.status, 'account' in added], [201, false], 'nothing of an email that is no login')
})

t.test('no line has a credential, a public id, a password, a value or a query in it', async t => {
  const { app, logs } = await build(t, { LOG_LEVEL: 'trace' })
  const alice = await login(app)
  await alice.call('PUT', '/session/data', { key: 'a', value: 'canary-value' })
  await alice.call('GET', '/me?canary=query')
  await alice.call('GET', '/session/data/canary-key')
  for (const url of [`/sessions/${alice.credential}`, `/nowhere/${alice.credential}`]) {
    for (const spelling of spellings(url)) await alice.call('DELETE', spelling)
  }
  await app.inject({ method: 'POST', url: '/login', payload: { email: 'canary@example.com', password: 'canary-password' } })
  await app.inject({ method: 'POST', url: '/login', payload: '{"password":"canary-broken', headers: { 'content-type': 'application/json' } })
  await app.inject({ url: '/me', headers: { authorization: 'Bearer canary-token', cookie: 'canary=cookie' } })
  const text = logs.join('')
  for (const secret of ['canary', alice.credential, alice.credential.slice(37), alice.id, demo.alice.password]) t.notOk(text.includes(secret), secret)
})

/** The same target with its dots, dashes and underscores encoded, once and twice. */
function spellings (url: string): string[] {
  const once = url.replaceAll('.', '%2E').replaceAll('_', '%5F').replaceAll('-', '%2d')
  return [url, url.replaceAll('.', '%2E'), once, once.replaceAll('%', '%25')]
}

t.test('at a higher level no request is logged', async t => {
  const { app, logs } = await build(t, { LOG_LEVEL: 'error' })
  await app.inject('/me')
  await app.inject('/nowhere')
  t.strictSame(logs, [])
})
