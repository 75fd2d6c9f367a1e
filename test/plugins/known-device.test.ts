import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { build, demo, inspector, type Account } from '../harness.ts'
import { isInvalid, isProblem } from '../routes/problem.ts'
import { snapshots } from '../store/snapshot.ts'

const wrong = { ...demo.alice, password: 'wrong' }

function attempt (app: FastifyInstance, payload: object, headers: Record<string, string> = {}) {
  return app.inject({ method: 'POST', url: '/login', payload, headers: { 'x-request-id': 'same', ...headers } })
}

async function tokenOf (app: FastifyInstance, who: Account = 'alice', more: object = {}): Promise<string> {
  const response = await attempt(app, { ...demo[who], ...more })
  t.equal(response.statusCode, 200, response.body)
  return response.json<{ deviceToken: string }>().deviceToken
}

const cookiesOf = ({ headers }: { headers: Record<string, unknown> }) => [headers['set-cookie']].flat().map(String)

/** Uses up what an account may fail, so that everybody else has to wait. */
async function exhaust (t: Test, app: FastifyInstance): Promise<void> {
  for (let i = 0; i < 10; i++) await attempt(app, wrong)
  t.equal((await attempt(app, demo.alice)).statusCode, 429)
}

t.test('every login brings a device token; with the token that it was sent, one for the same device', async t => {
  const { app } = await build(t)
  const token = await tokenOf(app)
  t.match(token, /^d1\.\d{10}\.[\w-]{64}$/)
  const device = app.deviceTokens.deviceOf([token], demo.alice.email)
  t.equal(app.deviceTokens.deviceOf([await tokenOf(app, 'alice', { deviceToken: token })], demo.alice.email), device)
  const other = await tokenOf(app, 'bob', { deviceToken: token })
  t.not(app.deviceTokens.deviceOf([other], demo.bob.email), device, 'a token of another account is none')
})

t.test('a login by cookie brings it as a cookie that outlives the session', async t => {
  const { app } = await build(t, { DEVICE_TOKEN_SECONDS: '5000' })
  const own = { 'sec-fetch-site': 'same-origin' }
  const response = await attempt(app, { ...demo.alice, cookie: true }, own)
  t.strictSame(Object.keys(response.json()).sort(), ['message', 'session', 'user'])
  const [session = '', device = ''] = cookiesOf(response)
  t.match(device, /^__Host-device=d1\.\d{10}\.[\w-]{64}; Path=\/; Max-Age=5000; HttpOnly; Secure; SameSite=Lax$/)
  const [cookie = ''] = device.split(';')
  const logout = await app.inject({ method: 'POST', url: '/logout', headers: { ...own, cookie: `${session.split(';')[0]}; ${cookie}` } })
  t.strictSame(cookiesOf(logout), ['__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax'], 'a log-out leaves it')
  t.notMatch(logout.headers['clear-site-data'], /cookies|\*/)
  await exhaust(t, app)
  for (const header of [cookie, `a=b; ${cookie}`, `__Host-device=x; ${cookie}`]) t.equal((await attempt(app, { ...demo.alice, cookie: true }, { ...own, cookie: header })).statusCode, 200, header.slice(0, 20))
  t.equal((await attempt(app, demo.alice, { cookie })).statusCode, 200, 'also where the credential is asked for in the answer')
  t.equal((await attempt(app, demo.alice, { cookie: cookie.replace('__Host-', '') })).statusCode, 429, 'under the name of plain HTTP it is not looked at')
})

t.test('on plain HTTP the cookie has the other name', async t => {
  const { app } = await build(t, { COOKIE_SECURE: 'false' })
  const [, device = ''] = cookiesOf(await attempt(app, { ...demo.alice, cookie: true }, { 'sec-fetch-site': 'same-origin' }))
  t.match(device, /^device=d1\.\d{10}\.[\w-]{64}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/)
})

t.test('it opens nothing', async t => {
  const { app } = await build(t)
  const token = await tokenOf(app)
  isProblem(t, await attempt(app, { ...wrong, deviceToken: token }), 401, 'login_failed')
  isProblem(t, await app.inject({ url: '/me', headers: { 'x-session-id': token } }), 401, 'invalid_session')
  isProblem(t, await app.inject({ url: '/me', headers: { authorization: `Bearer ${token}` } }), 401, 'invalid_session')
  isProblem(t, await app.inject({ url: '/me', headers: { cookie: `__Host-device=${token}` } }), 401, 'no_session')
})

t.test('a known device has failures of its own, which nobody else is charged with', async t => {
  const { app, config } = await build(t, { LOGIN_DEVICE_FAILURES: '2', LOGIN_DEVICE_WAIT_SECONDS: '3', LOGIN_ACCOUNT_FAILURES: '1' })
  const redis = await inspector(t)
  const deviceToken = await tokenOf(app)
  const another = await tokenOf(app)
  const fail = async () => (await attempt(app, { ...wrong, deviceToken })).statusCode
  t.strictSame([await fail(), await fail()], [401, 401])
  const refused = await attempt(app, { ...demo.alice, deviceToken })
  isProblem(t, refused, 429, 'too_many_attempts')
  t.match(refused.headers, { 'retry-after': '1', 'ratelimit-policy': '"device";q=2;w=86400', ratelimit: '"device";r=0;t=1' })
  t.equal((await attempt(app, { ...demo.alice, deviceToken: another })).statusCode, 200, 'another device of the account')
  t.equal((await attempt(app, demo.alice)).statusCode, 200, 'and one that is not known')
  const [key = '', ...more] = await redis.keys(`${config.KEY_PREFIX}login-failures:*`)
  t.match(key.slice(config.KEY_PREFIX.length), /^login-failures:device:[\w-]{22}$/)
  t.strictSame(more, [], 'one counter')
  const waits: unknown[] = []
  for (let i = 0; i < 3; i++) {
    await redis.hset(key, 'b', 1) // the wait is over
    t.equal(await fail(), 401)
    waits.push((await attempt(app, { ...demo.alice, deviceToken })).headers['retry-after'])
  }
  t.strictSame(waits, ['2', '3', '3'])
})

t.test('a token that is worth nothing changes neither the answer nor what is counted', async t => {
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const [mine, foreign] = [await tokenOf(app), await tokenOf(app, 'bob')]
  const worthless = ['', 'x', foreign, `${mine}x`, mine.replace('d1', 'd2'), mine.slice(0, -1), '\u0000', mine.replace(/\.\d+\./, '.1.')]
  const comparable = ({ statusCode, body, headers: { date, ...headers } }: Awaited<ReturnType<typeof attempt>>) => ({ statusCode, body, headers })
  const expected = comparable(await attempt(app, wrong))
  for (const deviceToken of worthless) t.strictSame(comparable(await attempt(app, { ...wrong, deviceToken })), expected, JSON.stringify(deviceToken))
  t.strictSame(comparable(await attempt(app, wrong, { cookie: `__Host-device=${foreign}` })), expected)
  const keys = await redis.keys(`${config.KEY_PREFIX}login-failures:*`)
  t.strictSame(keys.map(key => key.split(':').at(-2)).sort(), ['account', 'address', 'global'])
  const refused = comparable(await attempt(app, demo.alice))
  t.equal(refused.statusCode, 429)
  for (const deviceToken of worthless) t.strictSame(comparable(await attempt(app, { ...demo.alice, deviceToken })), refused, JSON.stringify(deviceToken))
  for (const deviceToken of [7, null, [mine], 'x'.repeat(257)]) isInvalid(t, await attempt(app, { ...demo.alice, deviceToken }), ['body/deviceToken'])
})

t.test('neither the token nor the device in it is stored or logged', async t => {
  const { app, config, logs } = await build(t)
  const deviceToken = await tokenOf(app)
  await attempt(app, { ...wrong, deviceToken })
  const kept = JSON.stringify(await snapshots(await inspector(t), config.KEY_PREFIX)) + logs.join('')
  t.match(kept, /login-failures:device:/)
  for (const secret of [deviceToken, deviceToken.split('.')[2] ?? '', String(app.deviceTokens.deviceOf([deviceToken], demo.alice.email))]) t.notOk(kept.includes(secret))
})
