import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { createCredentialIssuer } from '../../src/sessions/credential.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { createKeys } from '../../src/store/keys.ts'
import { build, demo, login, loginByCookie } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { isProblem } from '../routes/problem.ts'
import { ageGeneration, bytesOf, everyWay, outcomeOf, ownPage, partsOf, rotate } from './attempt.ts'

const env = { SESSION_LIFETIMES: 'idle:1/60,absolute:60/1', SESSION_LIMIT_BY_DEVICE_TYPE: 'tv:1', TOUCH_INTERVAL_MS: '0' }
const tv = { 'user-agent': 'Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/5.0 TV Safari/537.36' }

/** Ends a session in each way that there is; resolves to the credentials that were good before. */
async function endInEveryWay (app: FastifyInstance, prefix: string): Promise<Record<string, string>> {
  const keys = createKeys(prefix)
  const dead: Record<string, string> = {}
  const open = async () => (await login(app)).credential
  const withHeader = (credential: string, method: 'GET' | 'POST' | 'DELETE', url: string) => app.inject({ method, url, headers: { 'x-session-id': credential } })

  for (const lifetime of ['idle', 'absolute']) {
    dead[lifetime] = (await app.inject({ method: 'POST', url: '/login', payload: { ...demo.bob, lifetime } })).json().sessionId
    noteCredential(app, String(dead[lifetime]))
  }
  dead['logged out'] = await open()
  await withHeader(dead['logged out'], 'POST', '/logout')
  dead['logged out by cookie'] = (await loginByCookie(app)).credential
  await app.inject({ method: 'POST', url: '/logout', headers: { ...ownPage, cookie: `__Host-session=${dead['logged out by cookie']}` } })
  dead['ended from another device'] = await open()
  await withHeader(await open(), 'DELETE', `/sessions/${partsOf(dead['ended from another device']).id}`)
  dead['one of all'] = await open()
  dead['the last of all'] = await open()
  await withHeader(dead['the last of all'], 'DELETE', '/sessions/all')
  dead['all but another'] = await open()
  await withHeader(await open(), 'DELETE', '/sessions/all?except=current')
  dead['named by a login'] = await open()
  noteCredential(app, (await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, endSessionId: partsOf(dead['named by a login']).id } })).json().sessionId)

  dead['gave way at the limit'] = (await login(app, 'alice', tv)).credential
  await login(app, 'alice', tv)
  dead['a predecessor after its grace'] = await open()
  dead['the successor that it took along'] = await rotate(app, dead['a predecessor after its grace'])
  await withHeader(dead['the successor that it took along'], 'GET', '/me')
  await ageGeneration(app, prefix, dead['a predecessor after its grace'], 31_000)
  await withHeader(dead['a predecessor after its grace'], 'GET', '/me')

  // By real time: whoever changes a deadline in the store by hand makes what no session is.
  for (const lifetime of ['idle', 'absolute']) while (await app.redis.exists(keys.session(partsOf(dead[lifetime] ?? '').id)) > 0) await sleep(20)
  return dead
}

t.test('whatever a session died of, what it is answered is the same bytes, in every transport, on every route', async t => {
  const { app, config } = await build(t, env)
  const dead = await endInEveryWay(app, config.KEY_PREFIX)
  dead['never opened'] = createCredentialIssuer(createKeyring(config.SESSION_KEYS)).open('1').text
  dead.forged = dead['never opened'].replace(/.{43}$/, 'A'.repeat(43))
  dead['a word'] = 'x'
  const requests = [{ url: '/me' }, { url: '/session' }, { url: '/session/data' }, { url: '/sessions' }, { url: '/admin/stats' }, { method: 'POST', url: '/session/rotate' }, { method: 'POST', url: '/logout' }] as const
  for (const request of requests) {
    const answers = new Map<string, string[]>()
    for (const [cause, credential] of Object.entries(dead)) {
      for (const response of await everyWay(app, credential, request)) answers.set(bytesOf(response), [...answers.get(bytesOf(response)) ?? [], cause])
    }
    t.equal(answers.size, 1, `${request.url}: ${[...answers.values()].map(causes => causes.join(', ')).join(' | ')}`)
    isProblem(t, (await everyWay(app, 'x', request))[0] as Awaited<ReturnType<typeof app.inject>>, 401, 'invalid_session', request.url)
  }
})

t.test('an old credential that is planted again later is dead, does not disturb the session of now, and brings nothing back', async t => {
  const { app, config } = await build(t, env)
  const dead = await endInEveryWay(app, config.KEY_PREFIX)
  const now = await loginByCookie(app)
  const keysBefore = (await app.redis.keys(`${config.KEY_PREFIX}session*`)).sort()
  for (const [cause, credential] of Object.entries(dead)) {
    for (const response of await everyWay(app, credential, { method: 'PUT', url: '/session/data', payload: { key: 'a', value: 1 } })) {
      if (outcomeOf(response) !== '401 invalid_session') t.fail(`${cause}: ${response.body}`)
      if (response.headers['set-cookie'] !== undefined) t.fail(`${cause}: set a cookie`)
    }
    const [planted, beside] = [await app.inject({ url: '/me', headers: { cookie: `__Host-session=${credential}` } }), await app.inject({ url: '/me', headers: { cookie: `${now.cookie}; __Host-session=${credential}` } })]
    t.strictSame([planted, beside].map(outcomeOf), ['401 invalid_session', '400 credentials_disagree'], cause)
    const again = await loginByCookie(app, 'alice', { cookie: `__Host-session=${credential}` })
    t.equal(again.response.statusCode, 200, `${cause}: it does not keep anybody out`)
    t.equal(outcomeOf(await app.inject({ url: '/me', headers: { cookie: again.cookie } })), '200 Alice')
    await app.inject({ method: 'POST', url: '/logout', headers: { ...ownPage, cookie: again.cookie } })
  }
  t.equal(outcomeOf(await app.inject({ url: '/me', headers: { cookie: now.cookie } })), '200 Alice')
  t.strictSame((await app.redis.keys(`${config.KEY_PREFIX}session*`)).sort(), keysBefore, 'no key was made, and none is gone')
})
