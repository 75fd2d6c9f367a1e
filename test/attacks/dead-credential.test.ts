import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { endReasons, type EndReason } from '../../src/sessions/activity.ts'
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

  const onDevice = async () => String((await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, deviceId: 'phone' } })).json().sessionId)
  dead['replaced on its device'] = await onDevice()
  for (const credential of [dead['replaced on its device'], await onDevice()]) noteCredential(app, credential)
  dead['replaced in its browser'] = (await loginByCookie(app)).credential
  await loginByCookie(app, 'alice', { cookie: `__Host-session=${dead['replaced in its browser']}` })
  dead['under its former id'] = await open()
  const proven = await app.inject({ method: 'POST', url: '/session/reauthenticate', payload: { password: demo.alice.password }, headers: { 'x-session-id': dead['under its former id'] } })
  noteCredential(app, proven.json().sessionId)
  dead['ended by a service'] = await open()
  await app.sessions.endAny(partsOf(dead['ended by a service']).id, { reason: 'ended_by_service' })

  // By real time: whoever changes a deadline in the store by hand makes what no session is.
  const patientUntil = Date.now() + 10_000
  for (const lifetime of ['idle', 'absolute']) {
    while (await app.redis.exists(keys.session(partsOf(dead[lifetime] ?? '').id)) > 0) {
      if (Date.now() > patientUntil) throw new Error(`a session outlives its ${lifetime} deadline`)
      await sleep(20)
    }
  }

  const admin = await login(app, 'admin')
  const asAdmin = (method: 'PATCH' | 'POST' | 'DELETE', url: string, payload?: object) => app.inject({ method, url, headers: { 'x-session-id': admin.credential }, ...(payload && { payload }) })
  for (const [cause, change, back] of [['disabled', { disabled: true }, { disabled: false }], ['of other roles', { roles: ['editor'] }, { roles: [] }]] as const) {
    dead[`of an account that was ${cause}`] = (await login(app, 'bob')).credential
    for (const body of [change, back]) await asAdmin('PATCH', '/admin/users/2', body)
  }
  dead['of an account with another password'] = (await login(app, 'bob')).credential
  const password = { currentPassword: demo.bob.password, newPassword: 'nine green bottles' }
  noteCredential(app, (await app.inject({ method: 'POST', url: '/me/password', payload: password, headers: { 'x-session-id': (await login(app, 'bob')).credential } })).json().sessionId)
  const carol = { email: 'carol@example.com', password: 'hanging on the wall' }
  const { user } = (await asAdmin('POST', '/admin/users', { ...carol, name: 'Carol' })).json()
  dead['of an account that was deleted'] = String((await app.inject({ method: 'POST', url: '/login', payload: carol })).json().sessionId)
  noteCredential(app, dead['of an account that was deleted'])
  await asAdmin('DELETE', `/admin/users/${user.id}`)
  dead['one of everybody’s'] = await open()
  await app.sessions.endEverybody()
  return dead
}

/** The reason of each of these ends, as the history has it. Of who goes on under another id nothing has ended, and of a deleted account nothing is kept. */
const reasons: Record<string, EndReason | null> = {
  idle: 'expired_idle',
  absolute: 'expired_absolute',
  'logged out': 'logged_out',
  'logged out by cookie': 'logged_out',
  'ended from another device': 'ended_by_user',
  'one of all': 'ended_all',
  'the last of all': 'ended_all',
  'all but another': 'ended_all',
  'named by a login': 'ended_by_user',
  'gave way at the limit': 'evicted',
  'a predecessor after its grace': 'reuse_detected',
  'the successor that it took along': 'reuse_detected',
  'replaced on its device': 'replaced',
  'replaced in its browser': 'replaced',
  'under its former id': null,
  'ended by a service': 'ended_by_service',
  'of an account that was disabled': 'disabled',
  'of an account that was of other roles': 'roles_changed',
  'of an account with another password': 'password_changed',
  'of an account that was deleted': null,
  'one of everybody’s': 'everybody_ended'
}

/** What a damaged record, an enforced binding and a record that is lost come to has tests of its own. */
const elsewhere: EndReason[] = ['account_deleted', 'binding_violated', 'broken', 'expired']

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
  // What ended with everybody's is deleted in the background.
  for (const patientUntil = Date.now() + 30_000; ;) {
    const left = await app.redis.keys(createKeys(config.KEY_PREFIX).everySession)
    if (left.length === 0) break
    if (Date.now() > patientUntil) throw new Error(`not deleted: ${left.join(', ')}`)
    await sleep(20)
  }
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

t.test('each end is one event, with its reason, whoever asks with the credential afterwards', async t => {
  const { app, config } = await build(t, env)
  const dead = await endInEveryWay(app, config.KEY_PREFIX)
  for (const credential of Object.values(dead)) await everyWay(app, credential)
  const told: Record<string, string | null> = {}
  for (const userId of ['1', '2']) {
    await app.sessionStore.listEnded(userId)
    const { events } = await app.sessionStore.activity(userId, null)
    t.ok(events.length < 200, 'none has gone')
    for (const [cause, credential] of Object.entries(dead)) {
      const ends = events.filter(({ event, sessionId }) => event === 'ended' && sessionId === partsOf(credential).id)
      if (ends.length > 1) t.fail(`${cause}: ${ends.length} events`)
      told[cause] ??= ends[0]?.details.reason ?? null
    }
  }
  t.strictSame(told, reasons)
  t.strictSame([...new Set([...Object.values(reasons).filter(reason => reason !== null), ...elsewhere])].sort(), [...endReasons].sort(), 'every reason that there is')
})
