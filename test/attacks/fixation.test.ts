import t from 'tap'
import { build, demo, login, loginByCookie } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { isInvalid } from '../routes/problem.ts'
import { outcomeOf, ownPage, partsOf, rotate, transports } from './attempt.ts'

t.test('no credential that came with a login is the one after it, or any part of it', async t => {
  const { app } = await build(t, { HASH_QUEUE_LIMIT: '1000' })
  const [attacker, dead, rotated] = [await login(app, 'bob'), await login(app, 'bob'), await login(app, 'bob')]
  await dead.call('POST', '/logout')
  const { id, proof } = partsOf(attacker.credential)
  const planted: Record<string, string> = {
    'a live one of the attacker': attacker.credential,
    'a dead one': dead.credential,
    'one not used yet': await rotate(app, rotated.credential),
    'a forged one': `${id}.2.${proof}`,
    'a public id': id,
    'a word': 'chosen-by-the-attacker'
  }
  const seen = new Set<string>()
  let logins = 0
  for (const [what, text] of Object.entries(planted)) {
    for (const [transport, headersOf] of Object.entries(transports)) {
      for (const cookie of [true, false]) {
        const response = await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, cookie }, headers: { ...ownPage, ...headersOf(text) } })
        const given = cookie ? /^__Host-session=([^;]+);/.exec(String(response.headers['set-cookie']))?.[1] : response.json().sessionId
        noteCredential(app, String(given))
        const fresh = partsOf(String(given))
        t.match(fresh, { id: /^[0-9a-f-]{36}$/, generation: '1', proof: /^[\w-]{64}$/ }, `${what} by ${transport}`)
        for (const part of [fresh.id, fresh.proof, fresh.proof.slice(0, 21)]) {
          if (text.includes(part)) t.fail(`${what} by ${transport} lives on in the new one`)
          seen.add(part)
        }
        logins++
      }
    }
  }
  t.equal(seen.size, 3 * logins, 'and no two logins share anything')
})

t.test('an anonymous session that was planted is worth nothing to the attacker once the victim has logged in', async t => {
  const { app } = await build(t)
  for (const way of ['cookie', 'body'] as const) {
    const { sessionId: planted } = (await app.inject({ method: 'POST', url: '/session/anonymous', payload: {} })).json()
    noteCredential(app, planted)
    const asAttacker = (method: 'GET' | 'PUT', url: string, payload?: object) => app.inject({ method, url, ...(payload && { payload }), headers: { 'x-session-id': planted } })
    await asAttacker('PUT', '/session/data', { key: 'planted', value: 1 })
    const successor = await rotate(app, planted)
    const response = await app.inject({
      method: 'POST',
      url: '/login',
      headers: { ...ownPage, ...(way === 'cookie' && { cookie: `__Host-session=${planted}` }) },
      payload: { ...demo.alice, cookie: true, ...(way === 'body' && { anonymousSession: planted }) }
    })
    const given = String(/^__Host-session=([^;]+);/.exec(String(response.headers['set-cookie']))?.[1])
    noteCredential(app, given)
    t.not(partsOf(given).id, partsOf(planted).id)
    await app.inject({ method: 'PUT', url: '/session/data', payload: { key: 'private', value: 2 }, headers: { ...ownPage, cookie: `__Host-session=${given}` } })
    for (const credential of [planted, successor]) t.equal(outcomeOf(await app.inject({ url: '/session/data', headers: { 'x-session-id': credential } })), '401 invalid_session', way)
    const again = await app.inject({ method: 'POST', url: '/login', payload: { ...demo.bob, anonymousSession: planted } })
    noteCredential(app, again.json().sessionId)
    t.strictSame((await app.inject({ url: '/session/data', headers: { 'x-session-id': again.json().sessionId } })).json(), { data: {} }, 'what the victim has now is not for who planted it, whoever he logs in as')
  }
})

t.test('a login by cookie ends the session whose cookie came along, whoever’s it is, and no data comes along', async t => {
  const { app } = await build(t)
  const attacker = await loginByCookie(app, 'bob')
  const asAttacker = (url: string) => app.inject({ url, headers: { cookie: attacker.cookie } })
  await app.inject({ method: 'PUT', url: '/session/data', payload: { key: 'planted', value: 1 }, headers: { ...ownPage, cookie: attacker.cookie } })
  const victim = await loginByCookie(app, 'alice', { cookie: attacker.cookie })
  const asVictim = (method: 'GET' | 'PUT', url: string, payload?: object) => app.inject({ method, url, ...(payload && { payload }), headers: { ...ownPage, cookie: victim.cookie } })
  await asVictim('PUT', '/session/data', { key: 'private', value: 2 })
  t.equal(outcomeOf(await asAttacker('/me')), '401 invalid_session')
  t.equal(outcomeOf(await asVictim('GET', '/me')), '200 Alice')
  t.strictSame((await asVictim('GET', '/session/data')).json(), { data: { private: 2 } })

  const again = await loginByCookie(app, 'alice', { cookie: victim.cookie })
  t.equal(outcomeOf(await asVictim('GET', '/me')), '401 invalid_session')
  t.strictSame((await app.inject({ url: '/session/data', headers: { cookie: again.cookie } })).json(), { data: {} })
  const { sessions } = (await app.inject({ url: '/sessions?ended=true', headers: { cookie: again.cookie } })).json()
  t.match(sessions, [{ sessionId: partsOf(victim.credential).id, reason: 'replaced' }])
  t.equal(sessions.length, 1)
})

t.test('what came with a login in any other way goes on as it was, and is never the victim’s session', async t => {
  const { app } = await build(t)
  const [attacker, other] = [await loginByCookie(app, 'bob'), await loginByCookie(app, 'alice')]
  const goesOn = async (what: string) => {
    t.equal(outcomeOf(await app.inject({ url: '/me', headers: { cookie: attacker.cookie } })), '200 Bob', what)
    t.equal(outcomeOf(await app.inject({ url: '/me', headers: { cookie: other.cookie } })), '200 Alice', what)
  }
  const attempt = (payload: object, headers: Record<string, string>) => app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, ...payload }, headers: { ...ownPage, ...headers } })
  const { id, proof } = partsOf(other.credential)
  const cases: Array<[what: string, payload: object, headers: Record<string, string>, status: number]> = [
    ['no cookie is asked for', {}, { cookie: other.cookie }, 200],
    ['two that differ', { cookie: true }, { cookie: `${attacker.cookie}; ${other.cookie}` }, 200],
    ['headers', { cookie: true }, { 'x-session-id': attacker.credential, authorization: `Bearer ${other.credential}` }, 200],
    ['a public id', { cookie: true }, { cookie: `__Host-session=${id}` }, 200],
    ['a forged one', { cookie: true }, { cookie: `__Host-session=${id}.9.${proof}` }, 200],
    ['another name', { cookie: true }, { cookie: `session=${other.credential}` }, 200],
    ['a wrong password', { cookie: true, password: 'wrong' }, { cookie: other.cookie }, 401],
    ['another site', { cookie: true }, { cookie: other.cookie, 'sec-fetch-site': 'cross-site' }, 403]
  ]
  for (const [what, payload, headers, status] of cases) {
    t.equal((await attempt(payload, headers)).statusCode, status, what)
    await goesOn(what)
  }
  const twice = await loginByCookie(app, 'alice', { cookie: `${other.cookie}; ${other.cookie}` })
  t.equal(twice.response.statusCode, 200)
  t.equal(outcomeOf(await app.inject({ url: '/me', headers: { cookie: other.cookie } })), '401 invalid_session', 'twice the same is one')
})

t.test('a session of somebody else that cannot be ended keeps nobody out', async t => {
  const { app, logs } = await build(t)
  const attacker = await loginByCookie(app, 'bob')
  app.sessions.end = async () => { throw new Error('away') }
  t.equal((await loginByCookie(app, 'alice', { cookie: attacker.cookie })).response.statusCode, 200)
  t.match(logs.join(''), /former session of a browser/)
})

t.test('nobody chooses a credential at login', async t => {
  const { app } = await build(t)
  const { credential } = await login(app, 'bob')
  for (const member of ['sessionId', 'session', 'id', 'credential', 'token', 'x-session-id', '__Host-session']) {
    isInvalid(t, await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, [member]: credential } }), [`body/${member}`], `as member ${member}`)
  }
  for (const url of [`/login?sessionId=${credential}`, `/login?session=${credential}`, `/login;sessionid=${credential}`, `/me?sessionId=${credential}`, `/me?x-session-id=${credential}`, `/me;session=${credential}`]) {
    const response = await app.inject({ method: url.startsWith('/login') ? 'POST' : 'GET', url, ...(url.startsWith('/login') && { payload: demo.alice }) })
    t.not(response.statusCode, 200, url.slice(0, 20))
  }
})
