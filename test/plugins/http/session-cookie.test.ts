import t from 'tap'
import { build, demo, login, loginByCookie } from '../../harness.ts'
import { isProblem } from '../../routes/problem.ts'

const plain = { COOKIE_SECURE: 'false' }
const https = { 'x-forwarded-proto': 'https' }

/** The first cookie that an answer sets. */
const ofSession = ({ headers }: { headers: Record<string, unknown> }) => String([headers['set-cookie']].flat()[0])

t.test('the cookie has exactly these attributes, and lasts as long as the browser', async t => {
  const { app } = await build(t)
  const { credential, response } = await loginByCookie(app)
  t.equal(ofSession(response), `__Host-session=${credential}; Path=/; HttpOnly; Secure; SameSite=Lax`)
  t.match(credential, /^[0-9a-f-]{36}\.1\.[\w-]{64}$/)
})

t.test('the cookie of a remembered login lasts as long as the session may, also after a rotation', async t => {
  const { app } = await build(t, { REMEMBER_ME_SECONDS: '5000' })
  const headers = { 'sec-fetch-site': 'same-origin' }
  const maxAge = (answer: { headers: Record<string, unknown> }) => Number(/; Path=\/; Max-Age=(\d+); HttpOnly; Secure; SameSite=Lax$/.exec(ofSession(answer))?.[1])
  for (const wish of [{ rememberMe: true }, { lifetime: 'rememberMe' }]) {
    const opened = await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, ...wish, cookie: true }, headers })
    t.ok(maxAge(opened) > 4900 && maxAge(opened) <= 5000, `${maxAge(opened)} s`)
    const [cookie = ''] = String(opened.headers['set-cookie']).split(';')
    const rotated = await app.inject({ method: 'POST', url: '/session/rotate', headers: { ...headers, cookie } })
    t.ok(maxAge(rotated) > 4900 && maxAge(rotated) <= 5000, `${maxAge(rotated)} s`)
  }
})

t.test('on plain HTTP it has another name and is not Secure, but never when the request came by HTTPS', async t => {
  const { app } = await build(t, plain)
  const local = await loginByCookie(app)
  t.equal(ofSession(local.response), `session=${local.credential}; Path=/; HttpOnly; SameSite=Lax`)
  const secure = await loginByCookie(app, 'alice', https)
  t.equal(ofSession(secure.response), `__Host-session=${secure.credential}; Path=/; HttpOnly; Secure; SameSite=Lax`)
  t.equal((await app.inject({ url: '/me', headers: { cookie: local.cookie } })).statusCode, 200)
  t.equal((await app.inject({ url: '/me', headers: { ...https, cookie: secure.cookie } })).statusCode, 200)
  isProblem(t, await app.inject({ url: '/me', headers: { cookie: secure.cookie } }), 401, 'no_session', 'the other name on plain HTTP')
  isProblem(t, await app.inject({ url: '/me', headers: { ...https, cookie: local.cookie } }), 401, 'no_session', 'the other name by HTTPS')
})

t.test('no spelling of a name that browsers do not protect counts as the protected one', async t => {
  const { app } = await build(t)
  const { cookie, name, credential } = await loginByCookie(app)
  const tossed = (await loginByCookie(app, 'bob')).credential
  const unprotected = [
    'session', '__host-session', '__HOST-SESSION', '__Host-Session', '__Secure-session', '__Host-session ', 'x__Host-session', '__Host-sessionx', '__Host-session[0]', '\u00a0__Host-session',
    '\u00e2\u0080\u0080__Host-session', '\u000b__Host-session', '"__Host-session"', '%5F%5FHost-session', '$Version=1,__Host-session', ''
  ]
  for (const spelling of unprotected) {
    const planted = `${spelling}=${tossed}`
    isProblem(t, await app.inject({ url: '/me', headers: { cookie: planted } }), 401, 'no_session', JSON.stringify(spelling))
    for (const both of [`${planted}; ${cookie}`, `${cookie}; ${planted}`]) {
      t.equal((await app.inject({ url: '/me', headers: { cookie: both } })).json().user?.name, 'Alice', JSON.stringify(both.replaceAll(credential, '…')))
    }
  }
  for (const header of [`a=b; ${cookie}`, `a=b;${cookie};c=d`, `${cookie};`, `a; ;\t${cookie}`, `a="x=y"; ${cookie}`, `${name}=; ${cookie}`]) {
    t.equal((await app.inject({ url: '/me', headers: { cookie: header } })).statusCode, 200, 'among others')
  }
})

t.test('no cookie of the name, and an empty one, present nothing; a changed one presents nothing good', async t => {
  const { app } = await build(t)
  const { cookie } = await loginByCookie(app)
  for (const header of ['', ';', 'a=b', '__Host-session', '__Host-session=', '=']) isProblem(t, await app.inject({ url: '/me', headers: { cookie: header } }), 401, 'no_session', header)
  for (const header of [`${cookie}x`, cookie.replace('=', '="') + '"', cookie.replaceAll('.', '%2E'), '__Host-session=x']) isProblem(t, await app.inject({ url: '/me', headers: { cookie: header } }), 401, 'invalid_session')
})

t.test('an ending that the user asked for takes the session cookie out of the browser; a log-out also what was stored, and not the other cookies', async t => {
  const { app } = await build(t)
  const cleared = '__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax'
  const ask = async (method: 'POST' | 'DELETE', urlOf: (id: string) => string) => {
    const { cookie, credential } = await loginByCookie(app)
    const { statusCode, headers } = await app.inject({ method, url: urlOf(credential.slice(0, 36)), headers: { cookie, 'sec-fetch-site': 'same-origin' } })
    return [statusCode, headers['set-cookie'], headers['clear-site-data']]
  }
  const other = await login(app)
  t.strictSame(await ask('POST', () => '/logout'), [200, cleared, '"cache", "storage"'])
  t.strictSame(await ask('DELETE', id => `/sessions/${id}`), [200, cleared, undefined])
  t.strictSame(await ask('DELETE', () => `/sessions/${other.id}`), [200, undefined, undefined], 'another device')
  t.strictSame(await ask('DELETE', () => '/sessions/all?except=current'), [200, undefined, undefined])
  t.strictSame(await ask('DELETE', () => '/sessions/all'), [200, cleared, undefined])
})

t.test('on plain HTTP the plain cookie is cleared', async t => {
  const { app } = await build(t, plain)
  const { cookie } = await loginByCookie(app)
  const { headers } = await app.inject({ method: 'POST', url: '/logout', headers: { cookie, 'sec-fetch-site': 'same-origin' } })
  t.equal(headers['set-cookie'], 'session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax')
})

t.test('a cookie that is worth nothing stays: another tab may have logged in since', async t => {
  const { app } = await build(t)
  const { cookie } = await loginByCookie(app)
  const logout = () => app.inject({ method: 'POST', url: '/logout', headers: { cookie, 'sec-fetch-site': 'same-origin' } })
  t.equal((await logout()).statusCode, 200)
  for (const response of [await logout(), await app.inject({ url: '/me', headers: { cookie } })]) {
    isProblem(t, response, 401, 'invalid_session')
    t.equal(response.headers['set-cookie'], undefined)
  }
})

t.test('without a cookie no answer sets one', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const answers = [
    await app.inject({ method: 'POST', url: '/login', payload: demo.alice }), await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, cookie: false } }),
    await alice.call('GET', '/me'), await app.inject('/me'), await alice.call('DELETE', '/sessions/all')
  ]
  for (const { headers } of answers) t.strictSame([headers['set-cookie'], headers['clear-site-data']], [undefined, undefined])
  t.strictSame(answers.slice(0, 2).map(answer => typeof answer.json().sessionId), ['string', 'string'])
})
