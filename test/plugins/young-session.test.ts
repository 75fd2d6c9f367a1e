import { generateKeyPairSync } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { createDeviceTokens } from '../../src/guessing/device-token.ts'
import type { ServiceConfig } from '../../src/config.ts'
import type { ErrorCode } from '../../src/sessions/errors.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { slotOf } from '../../src/sessions/credential.ts'
import { createKeys } from '../../src/store/keys.ts'
import { build, demo, inspector } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { isProblem } from '../routes/problem.ts'
import { ageSession } from '../store/aging.ts'

const GUARD_SECONDS = 600
const guarded = { SESSION_GUARD_SECONDS: String(GUARD_SECONDS) }

interface Attempt { email?: string, password?: string, deviceToken?: string, deviceId?: string, endSessionId?: string }

const attempt = (app: FastifyInstance, more: Attempt = {}) => app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, ...more } })

async function open (app: FastifyInstance, more: Attempt = {}) {
  const payload = { ...demo.alice, ...more }
  const response = await attempt(app, payload)
  if (response.statusCode !== 200) throw new Error(response.body)
  const { sessionId, deviceToken } = response.json<{ sessionId: string, deviceToken: string }>()
  return { ...clientOf(app, sessionId, payload.password), deviceToken }
}

type Client = ReturnType<typeof clientOf>

function clientOf (app: FastifyInstance, credential: string, password: string) {
  noteCredential(app, credential)
  return {
    password,
    id: credential.slice(0, 36),
    call: (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => app.inject({ method, url, headers: { 'x-session-id': credential }, ...(payload && { payload }) })
  }
}

async function reauthenticated (app: FastifyInstance, { call, password }: Client): Promise<Client> {
  const response = await call('POST', '/session/reauthenticate', { password })
  return clientOf(app, response.json<{ sessionId: string }>().sessionId, password)
}

/** Makes a session so much older: when it was opened, and when its password was proven. */
async function age (app: FastifyInstance, { KEY_PREFIX }: ServiceConfig, { id }: Client, seconds: number): Promise<void> {
  const keys = createKeys(KEY_PREFIX)
  // All that was ended is deleted: what is older than the mark now is not meant by it.
  await app.redis.del(keys.notBefore(slotOf(id)))
  await ageSession(app.redis, keys, id, seconds)
}

/** A token of a device whose first login was that long ago. */
function tokenOf ({ SESSION_KEYS, DEVICE_TOKEN_SECONDS }: ServiceConfig, seconds: number): string {
  return createDeviceTokens({ keyring: createKeyring(SESSION_KEYS), lifetimeSeconds: DEVICE_TOKEN_SECONDS, now: () => Date.now() - seconds * 1000 }).issue(demo.alice.email, null)
}

const isAlive = async ({ call }: Client) => (await call('GET', '/me')).statusCode === 200

/** What ends an older session, as the session that asks for it. */
const actions: Record<string, (client: Client, older: Client) => ReturnType<Client['call']>> = {
  'DELETE /sessions/{id}': (client, older) => client.call('DELETE', `/sessions/${older.id}`),
  'DELETE /sessions/all': client => client.call('DELETE', '/sessions/all'),
  'DELETE /sessions/all?except=current': client => client.call('DELETE', '/sessions/all?except=current'),
  'POST /me/password': client => client.call('POST', '/me/password', { currentPassword: client.password, newPassword: `${client.password} and more` })
}

/** How old the asking session is and when its password was proven, and what it is answered if its device is not known. */
const ages: Record<string, { code: ErrorCode | null, reach: (app: FastifyInstance, config: ServiceConfig, client: Client) => Promise<Client> }> = {
  young: { code: 'session_too_young', reach: async (_app, _config, client) => client },
  'young, password proven again': { code: 'session_too_young', reach: (app, _config, client) => reauthenticated(app, client) },
  'old enough': {
    code: 'reauthentication_required',
    reach: async (app, config, client) => {
      await age(app, config, client, GUARD_SECONDS)
      return client
    }
  },
  'old enough, password proven too early': {
    code: 'reauthentication_required',
    reach: async (app, config, client) => {
      const early = await reauthenticated(app, client)
      await age(app, config, early, GUARD_SECONDS)
      return early
    }
  },
  'old enough, password proven since': {
    code: null,
    reach: async (app, config, client) => {
      await age(app, config, client, GUARD_SECONDS)
      return reauthenticated(app, client)
    }
  }
}

for (const [setting, env] of Object.entries({ off: {}, on: guarded })) {
  for (const isKnown of [true, false]) {
    t.test(`guard ${setting}, device ${isKnown ? 'known' : 'unknown'}: every age × action that ends an older session`, async t => {
      const { app, config } = await build(t, env)
      let password: string = demo.alice.password
      for (const [name, { code, reach }] of Object.entries(ages)) {
        for (const [action, act] of Object.entries(actions)) {
          const older = await open(app, { password })
          await age(app, config, older, 2 * GUARD_SECONDS)
          const client = await reach(app, config, await open(app, { password, ...(isKnown && { deviceToken: tokenOf(config, GUARD_SECONDS) }) }))
          const response = await act(client, older)
          const refusal = setting === 'on' && !isKnown ? code : null
          if (refusal === null) {
            t.equal(response.statusCode, 200, `${name}, ${action}: ${response.body}`)
            t.equal(await isAlive(older), false)
            if (action === 'POST /me/password') password += ' and more'
          } else {
            isProblem(t, response, 403, refusal, `${name}, ${action}`)
            t.equal(await isAlive(older), true)
            t.equal(await isAlive(client), true, 'it goes on')
            const waits = refusal === 'session_too_young'
            t.equal('guardedUntil' in response.json<object>(), waits)
            t.equal(/^\d+$/.test(String(response.headers['retry-after'])), waits)
          }
          await older.call('DELETE', '/sessions/all')
        }
      }
    })
  }
}

t.test('a young session ends itself and younger ones, and where it is the oldest everything', async t => {
  const { app } = await build(t, guarded)
  const [first, second, third] = [await open(app), await open(app), await open(app)]
  t.equal((await first.call('DELETE', `/sessions/${second.id}`)).statusCode, 200)
  t.equal((await third.call('POST', '/logout')).statusCode, 200)
  const own = await open(app)
  t.equal((await own.call('DELETE', `/sessions/${own.id}`)).statusCode, 200)
  isProblem(t, await first.call('DELETE', `/sessions/${own.id}`), 404, 'session_not_found')
  await open(app)
  t.match((await first.call('DELETE', '/sessions/all?except=current')).json(), { ended: 1 })
  t.equal((await first.call('DELETE', '/sessions/all')).statusCode, 200)
})

t.test('somebody else’s session is not found, however old', async t => {
  const { app, config } = await build(t, guarded)
  const bob = await open(app, demo.bob)
  await age(app, config, bob, GUARD_SECONDS)
  isProblem(t, await (await open(app)).call('DELETE', `/sessions/${bob.id}`), 404, 'session_not_found')
  t.ok(await isAlive(bob))
})

t.test('a stolen password does not throw the owner out, and the owner can end the thief at once', async t => {
  const { app, config } = await build(t, guarded)
  const deviceToken = tokenOf(config, GUARD_SECONDS)
  const owner = await open(app, { deviceToken })
  const thief = await open(app)
  for (const [action, act] of Object.entries(actions)) isProblem(t, await act(thief, owner), 403, 'session_too_young', action)
  isProblem(t, await attempt(app, { endSessionId: owner.id }), 403, 'session_too_young')
  const again = await open(app, { deviceToken: thief.deviceToken })
  isProblem(t, await again.call('DELETE', `/sessions/${owner.id}`), 403, 'session_too_young', 'logging in twice makes no device known')
  const proven = await reauthenticated(app, thief)
  isProblem(t, await proven.call('DELETE', '/sessions/all'), 403, 'session_too_young')
  t.ok(await isAlive(owner))

  t.equal((await owner.call('DELETE', `/sessions/${proven.id}`)).statusCode, 200, 'the older session')
  const elsewhere = await open(app, { deviceToken })
  t.equal((await elsewhere.call('DELETE', `/sessions/${again.id}`)).statusCode, 200, 'a younger one on a known device')
  t.equal(await isAlive(proven) || await isAlive(again), false)
  t.equal((await elsewhere.call('DELETE', `/sessions/${owner.id}`)).statusCode, 200, 'which may end older ones too')
})

t.test('a device is known once its first login was the guard time ago, however often it logged in since', async t => {
  const { app, config } = await build(t, guarded)
  const older = await open(app)
  const fresh = await open(app, { deviceToken: tokenOf(config, GUARD_SECONDS) })
  const next = await open(app, { deviceToken: fresh.deviceToken })
  t.equal((await next.call('DELETE', `/sessions/${older.id}`)).statusCode, 200, 'a token that was issued a moment ago, of an old device')
  const young = await open(app, { deviceToken: tokenOf(config, GUARD_SECONDS - 30) })
  isProblem(t, await young.call('DELETE', `/sessions/${fresh.id}`), 403, 'session_too_young')
})

t.test('at the limit a login on an unknown device ends nobody, whatever the policy; one on a known device does', async t => {
  for (const SESSION_LIMIT_POLICY of ['evict-oldest', 'evict-idle', 'deny']) {
    const { app, config } = await build(t, { ...guarded, SESSION_LIMIT: '2', SESSION_LIMIT_POLICY })
    const [owner] = [await open(app, { deviceId: 'tv' }), await open(app)]
    const refused = await attempt(app)
    isProblem(t, refused, 409, 'session_limit_reached', SESSION_LIMIT_POLICY)
    t.match(refused.json<{ detail: string }>().detail, /device is not known/)
    isProblem(t, await attempt(app, { endSessionId: owner.id }), 403, 'session_too_young')
    isProblem(t, await attempt(app, { endSessionId: owner.id, password: 'wrong' }), 401, 'login_failed')
    isProblem(t, await attempt(app, { deviceId: 'tv' }), 409, 'session_limit_reached', 'also not with the device id of another session, which is no secret')
    t.ok(await isAlive(owner))
    const deviceToken = tokenOf(config, GUARD_SECONDS)
    const tv = await open(app, { deviceToken, deviceId: 'tv' })
    t.equal(await isAlive(owner), false, 'a device that is known has one session')
    t.equal((await attempt(app, { deviceToken, endSessionId: tv.id })).statusCode, 200)
    t.equal(await isAlive(tv), false)
    if (SESSION_LIMIT_POLICY !== 'deny') t.equal((await attempt(app, { deviceToken })).statusCode, 200)
  }
})

t.test('below the limit a login on an unknown device with the device id of another session stands beside it', async t => {
  const { app, config } = await build(t, guarded)
  const owner = await open(app, { deviceId: 'tv' })
  const stranger = await open(app, { deviceId: 'tv' })
  t.strictSame([await isAlive(owner), await isAlive(stranger)], [true, true])
  await open(app, { deviceToken: tokenOf(config, GUARD_SECONDS), deviceId: 'tv' })
  t.strictSame([await isAlive(owner), await isAlive(stranger)], [false, false], 'the device itself, once it is known, has one session')
})

t.test('the mark is kept with sessions under the guard alone, and moves along with a new id', async t => {
  const redis = await inspector(t)
  const markOf = async (config: ServiceConfig, { id }: Client) => redis.hget(createKeys(config.KEY_PREFIX).session(id), 'y')
  const off = await build(t)
  t.equal(await markOf(off.config, await open(off.app)), null)
  const { app, config } = await build(t, guarded)
  t.equal(await markOf(config, await open(app, { deviceToken: tokenOf(config, GUARD_SECONDS) })), null)
  const client = await open(app)
  t.equal(await markOf(config, client), '1')
  t.equal(await markOf(config, await reauthenticated(app, client)), '1')
})

t.test('an administrator’s session under the guard changes no accounts and makes no keys, with which it could end older ones, before it has grown', async t => {
  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  for (const env of [{}, guarded]) {
    const { app, config } = await build(t, env)
    const owner = await open(app, demo.admin)
    await age(app, config, owner, 2 * GUARD_SECONDS)
    await open(app) // an account to try it on
    const stranger = await open(app, demo.admin)
    const powerful: Array<[method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object]> = [
      ['PATCH', '/admin/users/3', { roles: ['admin', 'more'] }], ['PATCH', '/admin/users/1', { disabled: true }], ['DELETE', '/admin/users/2'], ['POST', '/admin/users/1/password', { password: 'nine green bottles' }],
      ['POST', '/admin/users', { email: 'mine@example.com', name: 'Mine', password: 'nine green bottles', roles: ['admin'] }],
      ['POST', '/admin/callers', { name: 'mine', scopes: ['sessions:revoke'] }], ['PATCH', '/admin/callers/mine', { scopes: ['admin'] }], ['POST', '/admin/callers/mine/keys'],
      ['POST', '/admin/callers/mine/public-keys', { publicKey }], ['DELETE', '/admin/callers/mine/keys/0a1b2c3d4e5f6071'], ['DELETE', '/admin/callers/mine']
    ]
    const isOn = env === guarded
    for (const [method, url, payload] of powerful) {
      const client = isOn ? stranger : await open(app, demo.admin)
      const response = await client.call(method, url, payload)
      if (isOn) isProblem(t, response, 403, 'session_too_young', `${method} ${url}`)
      else t.not(response.statusCode, 403, `${method} ${url}`)
    }
    if (!isOn) continue
    t.strictSame([await isAlive(owner), await isAlive(stranger)], [true, true])
    t.equal((await stranger.call('GET', '/admin/users')).statusCode, 200, 'it may look')
    t.equal((await owner.call('POST', '/admin/callers', { name: 'owners', scopes: ['sessions:revoke'] })).statusCode, 201)
    await owner.call('POST', '/logout')
    t.equal((await stranger.call('POST', '/admin/callers', { name: 'mine', scopes: ['sessions:revoke'] })).statusCode, 201, 'where there is no older session it may do everything')
  }
})
