/*
 * What express-session expects of a store, seen by browsers: an application of its own with express-session, in front of the service as a process of its own.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { createClient } from '../src/index.ts'
import { createBrowser } from './browser.ts'
import { startConsumer } from './consumer.ts'
import { admin, startService, until, type Service } from './service.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const scopes = ['sessions:read', 'sessions:create', 'sessions:write', 'sessions:revoke']

const service = await startService(t, { SESSION_LIFETIMES: 'browser:60/2592000' })
const key = await service.keyFor('shop', scopes)
const shop = createClient({ url: service.url, key, timeoutMs: 5000 })

const startApp = (t: Test, env: Record<string, string> = {}, { url }: Pick<Service, 'url'> = service) =>
  startConsumer(t, [process.execPath, join(folder, 'express-session-app.mjs')], folder, { SESSIONS_URL: url, SESSIONS_KEY: key, ...env })

const holderOf = async (sid: unknown) => {
  const userId = `sid:${createHash('sha256').update(`sess:${String(sid)}`).digest('base64url')}`
  return (await shop.listUserSessions({ query: { userId } })).body.sessions
}
const sessionsOf = async (userId: string) => (await shop.listUserSessions({ query: { userId } })).body.sessions

const hour = 3_600_000

t.test('a session keeps what it is given, with a cookie that has its dates again', async t => {
  const url = await startApp(t, { MAX_AGE_MS: String(hour) })
  const browser = createBrowser(url)
  const first = await browser.post('/cart/apple')
  t.match(first, { status: 200, body: { cart: ['apple'] }, cookie: /^connect\.sid=s%3A/ })
  const again = await browser.post('/cart/pear')
  t.match(again.body, { sid: first.body.sid, cart: ['apple', 'pear'], isDate: true, originalMaxAge: hour })
  const expiresMs = Date.parse(String(again.body.expires))
  t.ok(Math.abs(expiresMs - Date.now() - hour) < 5000, 'it expires an hour from now')
  const [holder] = await holderOf(first.body.sid)
  t.ok(Math.abs(Number(holder?.idleExpiresAt) - Date.now() - hour) < 5000, 'at the service as well')
  const { body } = await shop.getUserSessionData({ params: { sessionId: String(holder?.sessionId) } })
  t.strictSame(body.data.cart, ['apple', 'pear'])
  t.notMatch(JSON.stringify(body), String(first.body.sid), 'nothing there tells the sid')
})

t.test('a cookie without a date lasts as long as the browser, and its session for a day', async t => {
  const browser = createBrowser(await startApp(t))
  const { body, cookie } = await browser.post('/cart/apple')
  t.strictSame([body.expires, body.originalMaxAge], [null, null])
  t.notMatch(cookie, /expires/i)
  t.match((await browser.get('/')).body, { cart: ['apple'], expires: null })
  const [holder] = await holderOf(body.sid)
  t.ok(Math.abs(Number(holder?.idleExpiresAt) - Date.now() - 24 * hour) < 5000)
})

t.test('who has put nothing into a session has none; with saveUninitialized everybody has one', async t => {
  const browser = createBrowser(await startApp(t))
  const { body, cookie } = await browser.get('/')
  t.strictSame([cookie, (await holderOf(body.sid)).length], [null, 0])
  const eager = createBrowser(await startApp(t, { SAVE_UNINITIALIZED: 'true' }))
  const shown = await eager.get('/')
  t.not(shown.cookie, null)
  t.equal((await holderOf(shown.body.sid)).length, 1)
  t.equal((await eager.get('/')).body.sid, shown.body.sid)
})

t.test('a sid that is not known is none, with a good signature and without', async t => {
  const url = await startApp(t)
  const browser = createBrowser(url)
  const { body } = await browser.post('/cart/apple')
  const kept = browser.cookie()
  t.equal((await browser.post('/logout')).status, 200)
  for (const cookie of [kept, 'connect.sid=s%3Anothing.nothing', 'connect.sid=nothing']) {
    const stranger = createBrowser(url, cookie)
    const shown = await stranger.get('/')
    t.match(shown, { status: 200, body: { cart: null } }, cookie)
    t.not(shown.body.sid, body.sid)
  }
  t.strictSame(await holderOf(body.sid), [])
})

t.test('regenerate gives another sid and leaves nothing under the first; reload has what was saved', async t => {
  const browser = createBrowser(await startApp(t))
  const first = (await browser.post('/cart/apple')).body
  t.match((await browser.get('/reload')).body, { sid: first.sid, cart: ['apple'] })
  const second = (await browser.post('/login/reg-1')).body
  t.not(second.sid, first.sid)
  t.match(second, { userId: 'reg-1', cart: null })
  t.strictSame((await holderOf(first.sid)).length, 0)
  t.match((await browser.get('/')).body, { sid: second.sid, userId: 'reg-1' })
})

t.test('with rolling each answer sends the cookie again; with resave each request stores the session', async t => {
  const still = createBrowser(await startApp(t, { MAX_AGE_MS: String(hour) }))
  await still.post('/cart/apple')
  t.equal((await still.get('/')).cookie, null)
  const rolling = createBrowser(await startApp(t, { MAX_AGE_MS: String(hour), ROLLING: 'true' }))
  await rolling.post('/cart/apple')
  t.match((await rolling.get('/')).cookie, /^connect\.sid=/)
  const resaving = createBrowser(await startApp(t, { MAX_AGE_MS: String(hour), RESAVE: 'true' }))
  const { body } = await resaving.post('/cart/apple')
  const [holder] = await holderOf(body.sid)
  const etag = async () => (await shop.getUserSessionData({ params: { sessionId: String(holder?.sessionId) } })).headers.get('etag')
  const before = await etag()
  await resaving.get('/')
  t.not(await etag(), before, 'with the dates of its cookie')
  t.match((await resaving.get('/')).body, { cart: ['apple'] })
})

t.test('a session that is used does not expire; one that is not does', async t => {
  const browser = createBrowser(await startApp(t, { MAX_AGE_MS: '3000' }))
  const { body: { sid } } = await browser.post('/cart/apple')
  const since = Date.now()
  await until(async () => {
    t.equal((await browser.get('/')).body.sid, sid)
    return Date.now() - since > 4500
  }, 20_000)
  const [holder] = await holderOf(sid)
  const { body: { data } } = await shop.getUserSessionData({ params: { sessionId: String(holder?.sessionId) } })
  await until(async () => Date.now() > Number(data['#until']))
  t.match((await browser.get('/')).body, { cart: null })
  t.strictSame(await holderOf(sid), [])
})

t.test('a request that saves after the log-out does not bring the session back, nor on another process', async t => {
  const [one, two] = [await startApp(t), await startApp(t)]
  for (const [slowUrl, logoutUrl] of [[one, one], [one, two]] as const) {
    const slow = createBrowser(slowUrl)
    const { body: { sid } } = await slow.post('/login/slow-1')
    const kept = slow.cookie()
    const held = slow.post('/hold/a')
    await until(async () => (await slow.get('/held/a')).body.isHeld === true)
    t.equal((await createBrowser(logoutUrl, kept).post('/logout')).status, 200)
    await createBrowser(slowUrl).post('/release/a')
    t.equal((await held).status, 200, 'its answer is there all the same')
    for (const url of [one, two]) t.match((await createBrowser(url, kept).get('/')).body, { userId: null, cart: null })
    t.strictSame([(await holderOf(sid)).length, (await sessionsOf('slow-1')).length], [0, 0])
  }
})

t.test('who logs in has a session at the service, and who ends that ends it here', async t => {
  const [one, two] = [await startApp(t), await startApp(t)]
  const desktop = createBrowser(one)
  await desktop.post('/login/carol')
  const [device, ...others] = await sessionsOf('carol')
  t.strictSame(others, [])
  t.match(device, { ipAddress: '127.0.0.1', userAgent: 'node', lifetime: 'browser' })
  t.match((await desktop.at(two).get('/')).body, { userId: 'carol' }, 'on every process')

  await shop.endUserSession({ params: { sessionId: String(device?.sessionId) } })
  for (const url of [one, two]) t.match((await desktop.at(url).get('/')).body, { userId: null })

  const [phone, tv] = [createBrowser(one), createBrowser(two)]
  const [{ body: { sid } }] = [await phone.post('/login/carol'), await tv.post('/login/carol')]
  t.equal((await sessionsOf('carol')).length, 2)
  await phone.post('/logout')
  t.equal((await sessionsOf('carol')).length, 1, 'who logs out here has logged out there')
  await shop.endUserSessions({ query: { userId: 'carol' } })
  t.match((await tv.get('/')).body, { userId: null })
  t.strictSame((await holderOf(sid)).length, 0)
})

t.test('an account of the service, with all its devices', async t => {
  const operators = await service.keyFor('accounts', [...scopes, 'admin'])
  const url = await startApp(t, { SESSIONS_KEY: operators })
  const browser = createBrowser(url)
  const { body } = await service.client.login({ body: admin })
  const session = String(Object(body).sessionId)
  t.match((await browser.post('/login/3')).body, { userId: '3' })
  t.match((await browser.get('/')).body, { userId: '3' })
  await service.client.endAllSessions({ session })
  t.match((await browser.get('/')).body, { userId: null }, 'logged out everywhere, from another device')
  const refused = await createBrowser(await startApp(t)).post('/login/3')
  t.match(refused, { status: 500, body: { code: 'insufficient_scope' } }, 'only for a service that may')
})

t.test('another user on the same session, or none: the former one’s ends', async t => {
  const browser = createBrowser(await startApp(t))
  await browser.post('/cart/apple')
  const sids = [await browser.post('/user/dave'), await browser.post('/cart/pear'), await browser.post('/user/erin')].map(({ body }) => body.sid)
  t.equal(new Set(sids).size, 1)
  t.strictSame([(await sessionsOf('dave')).length, (await sessionsOf('erin')).length], [0, 1])
  t.match((await browser.post('/user/nobody')).body, { userId: null, cart: ['apple', 'pear'] })
  t.equal((await sessionsOf('erin')).length, 0)
  t.match((await browser.get('/')).body, { userId: null, cart: ['apple', 'pear'] }, 'the cart stays')
  await browser.post('/user/dave')
  t.equal((await sessionsOf('dave')).length, 1, 'and may log in again')
  t.match((await browser.get('/')).body, { userId: 'dave' })
})

t.test('a request that saves the user of before, who has logged out meanwhile, changes nothing', async t => {
  const browser = createBrowser(await startApp(t))
  await browser.post('/user/frank')
  const held = browser.post('/hold/b')
  await until(async () => (await browser.get('/held/b')).body.isHeld === true)
  await browser.post('/user/nobody')
  await browser.post('/release/b')
  t.equal((await held).status, 200)
  t.match((await browser.get('/')).body, { userId: null })
  t.equal((await sessionsOf('frank')).length, 0)
})

t.test('what cannot be kept is told, with what to do', async t => {
  const browser = createBrowser(await startApp(t))
  await browser.post('/cart/apple')
  const large = await browser.post('/set/photo/5000')
  t.match(large.body, { code: 'data_limit_exceeded', message: /photo.*4096.*Keep what is large elsewhere/ })
  for (const name of ['a%20b', 'ä', '%23user', '%23until']) t.match((await browser.post(`/set/${name}/1`)).body, { code: null, message: /names are printable ASCII.*another name/ }, name)
  t.match((await browser.post('/set/constructor/1')).body, { code: 'reserved_key' })
  t.match((await browser.get('/')).body, { cart: ['apple'] }, 'what was there stays')
})

t.test('while the service does not answer nobody is logged out', async t => {
  const own = await startService(t, { SESSION_LIFETIMES: 'browser:60/2592000' })
  const url = await startApp(t, { SESSIONS_KEY: await own.keyFor('shop', scopes), TIMEOUT_MS: '300' }, own)
  const browser = createBrowser(url)
  await until(async () => (await browser.post('/login/gina')).status === 200)
  own.child.kill('SIGSTOP')
  t.match(await browser.get('/'), { status: 503, body: { code: 'unreachable' } })
  t.equal((await browser.post('/logout')).status, 503)
  own.child.kill('SIGCONT')
  await until(async () => (await browser.get('/')).status === 200)
  t.match((await browser.get('/')).body, { userId: 'gina' })
})
