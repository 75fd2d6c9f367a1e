import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { createCredentialIssuer } from '../../src/sessions/credential.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { sessionOf } from '../../src/plugins/guard.ts'
import { build, buildAnother, login, randomKeyring, randomPrefix } from '../harness.ts'
import { isInvalid, isProblem } from '../routes/problem.ts'

t.test('x-session-id and Authorization: Bearer are equal', async t => {
  const { app } = await build(t)
  const { credential } = await login(app)
  const accepted: Array<Record<string, string>> = [
    { 'x-session-id': credential },
    { 'x-session-id': ` ${credential} ` },
    { authorization: `Bearer ${credential}` },
    { authorization: `bearer   ${credential}` },
    { 'x-session-id': credential, authorization: `Bearer ${credential}` },
    { 'x-session-id': credential, authorization: 'Basic YTpi' },
    { 'x-session-id': '', authorization: `Bearer ${credential}` }
  ]
  for (const headers of accepted) {
    t.equal((await app.inject({ url: '/me', headers })).statusCode, 200, Object.keys(headers).join())
  }
})

t.test('no credential is told apart from a bad one, with a challenge for each', async t => {
  const { app } = await build(t)
  for (const headers of [{}, { 'x-session-id': '' }, { 'x-session-id': '  ' }, { authorization: 'Basic YTpi' }, { authorization: 'Bearer' }, { authorization: 'Bearer ' }]) {
    const response = await app.inject({ url: '/me', headers })
    isProblem(t, response, 401, 'no_session', JSON.stringify(headers))
    t.equal(response.json().error, 'No session ID provided')
    t.equal(response.headers['www-authenticate'], 'Bearer realm="sessions"', 'no error code when nothing was sent (RFC 6750)')
  }
  const bad = await app.inject({ url: '/me', headers: { 'x-session-id': 'x' } })
  t.equal(bad.json().error, 'Invalid or expired session')
  t.equal(bad.headers['www-authenticate'], 'Bearer realm="sessions", error="invalid_token"')
})

t.test('dead, unknown, malformed and forged are the same bytes', async t => {
  const { app, config } = await build(t)
  const alice = await login(app)
  const [dead, ended, bob] = [await login(app), await login(app), await login(app, 'bob')]
  await dead.call('POST', '/logout')
  await alice.call('DELETE', `/sessions/${ended.id}`)
  const elsewhere = await login(await buildAnother(t, { ...config, KEY_PREFIX: randomPrefix() }))
  const cases: Record<string, string> = {
    'logged out': dead.credential,
    'ended from another device': ended.credential,
    'unknown to the store': elsewhere.credential,
    ...forgeries(alice.credential, bob.credential, config.SESSION_KEYS)
  }
  const answers = new Map<string, string>()
  for (const [cause, credential] of Object.entries(cases)) {
    const headers = { 'x-request-id': 'same' }
    const response = await app.inject({ url: '/me', headers: { ...headers, 'x-session-id': credential } })
    const viaBearer = await app.inject({ url: '/me', headers: { ...headers, authorization: `Bearer ${credential}` } })
    isProblem(t, response, 401, 'invalid_session', cause)
    for (const { body, headers: { date, ...rest } } of [response, viaBearer]) answers.set(body + JSON.stringify(rest), cause)
  }
  t.equal(answers.size, 1, [...answers.values()].join(', '))
  t.equal((await alice.call('GET', '/me')).statusCode, 200, 'the forged session is unharmed')
})

/** Texts that are no credential of this service, each wrong in its own way. */
function forgeries (credential: string, other: string, keyring: string): Record<string, string> {
  const [id = '', , proof = ''] = credential.split('.')
  const [otherId = '', , otherProof = ''] = other.split('.')
  const secret = Buffer.from(proof, 'base64url').subarray(0, 16)
  const swap = (at: number) => proof.slice(0, at) + (proof[at] === 'A' ? 'B' : 'A') + proof.slice(at + 1)
  const { text: neverIssued } = createCredentialIssuer(createKeyring(keyring)).open('1')
  return {
    'the public id': id,
    'another MAC': `${id}.1.${swap(40)}`,
    'the last bit of the MAC': `${id}.1.${swap(63)}`,
    'another secret': `${id}.1.${swap(0)}`,
    'no MAC': `${id}.1.${Buffer.concat([secret, Buffer.alloc(32)]).toString('base64url')}`,
    'a MAC of another key': createCredentialIssuer(createKeyring(randomKeyring())).open('1').text,
    'the right MAC of a session that never was': neverIssued,
    'another generation': `${id}.2.${proof}`,
    'generation 0': `${id}.0.${proof}`,
    'a negative generation': `${id}.-1.${proof}`,
    'a huge generation': `${id}.99999999999999999999.${proof}`,
    'another id': `${otherId}.1.${proof}`,
    'another proof': `${id}.1.${otherProof}`,
    'upper case': `${id.toUpperCase()}.1.${proof}`,
    'a leading zero': `${id}.01.${proof}`,
    padding: `${id}.1.${proof}=`,
    'a space within': `${id}. 1.${proof}`,
    'without dashes': `${id.replaceAll('-', '')}.1.${proof}`,
    'standard base64': `${id}.1.${proof.slice(0, 62)}+/`,
    shorter: credential.slice(0, -1),
    longer: `${credential}A`,
    'one part more': `${credential}.x`,
    'only dots': '..',
    'a Redis key': 'session:{0000}',
    'a pattern': '*',
    quotes: `"${credential}"`,
    'very long': 'a'.repeat(8000),
    random: randomBytes(60).toString('base64url')
  }
}

t.test('credentials that disagree are refused, wherever they stand', async t => {
  const { app } = await build(t)
  const [one, two] = [await login(app), await login(app, 'bob')]
  const disagreeing: Array<Record<string, string>> = [
    { 'x-session-id': one.credential, authorization: `Bearer ${two.credential}` },
    { 'x-session-id': one.credential, authorization: 'Bearer x' },
    { 'x-session-id': `${one.credential}, ${two.credential}` },
    { 'x-session-id': `${one.credential},x` },
    { 'x-session-id': `${one.credential}, ${one.credential}` }
  ]
  for (const headers of disagreeing) isProblem(t, await app.inject({ url: '/me', headers }), 400, 'credentials_disagree')
})

t.test('a header that is sent twice counts twice', async t => {
  const { app } = await build(t)
  const [one, two] = [await login(app), await login(app, 'bob')]
  await app.listen({ port: 0, host: '127.0.0.1' })
  const me = async (...headers: string[]) => {
    const [status, body] = await send(app, '/me', headers)
    return `${status} ${JSON.parse(body).code ?? JSON.parse(body).user.name}`
  }
  const [a, b] = [`Bearer ${one.credential}`, `Bearer ${two.credential}`]
  t.equal(await me('Authorization', a), '200 Alice')
  t.equal(await me('Authorization', a, 'authorization', a), '400 credentials_disagree', 'also the same one')
  t.equal(await me('Authorization', a, 'authorization', b), '400 credentials_disagree')
  t.equal(await me('X-Session-Id', one.credential, 'x-session-id', two.credential), '400 credentials_disagree')
  t.equal(await me('X-Session-Id', one.credential, 'x-session-id', one.credential), '400 credentials_disagree')
  t.equal(await me('X-Session-Id', one.credential, 'Authorization', a), '200 Alice')
  t.equal(await me('X-Session-Id', one.credential, 'Authorization', b), '400 credentials_disagree')
  t.equal(await me('X-Session-Id', one.credential, 'Authorization', 'Basic YTpi', 'Authorization', b), '400 credentials_disagree')
})

async function send (app: FastifyInstance, path: string, headers: string[]): Promise<[number | undefined, string]> {
  const { port } = app.server.address() as AddressInfo
  const request = httpRequest({ host: '127.0.0.1', port, path, headers: ['Host', '127.0.0.1', ...headers] }).end()
  const [response] = await once(request, 'response') as [IncomingMessage]
  let body = ''
  for await (const chunk of response) body += chunk
  return [response.statusCode, body]
}

t.test('a session that ends between the guard and the work is as dead as any', async t => {
  const { app } = await build(t)
  const validate = app.sessions.validate
  app.sessions.validate = async text => {
    const session = await validate(text)
    if (session !== null) await app.sessions.end(session)
    return session
  }
  const call = async (...[method, url, payload]: Parameters<Awaited<ReturnType<typeof login>>['call']>) => (await login(app)).call(method, url, payload)
  isProblem(t, await call('GET', '/session'), 401, 'invalid_session')
  isProblem(t, await call('GET', '/session/data'), 401, 'invalid_session')
  isProblem(t, await call('GET', '/session/data/a'), 401, 'invalid_session')
  isProblem(t, await call('DELETE', '/session/data/a'), 401, 'invalid_session')
  isProblem(t, await call('PUT', '/session/data', { key: 'a', value: 1 }), 401, 'invalid_session')
  isProblem(t, await call('PATCH', '/session/data', { a: 1 }), 401, 'invalid_session')
  t.strictSame((await call('GET', '/sessions')).json(), { count: 0, sessions: [] })
  t.strictSame((await call('POST', '/logout')).json(), { message: 'Logged out successfully' }, 'ended already is ended')
  t.strictSame((await call('DELETE', '/sessions/all')).json(), { message: 'Logged out from all devices', ended: 0 })
  isProblem(t, await call('DELETE', '/sessions/all?except=current'), 401, 'invalid_session', 'there is no current one to keep')
})

t.test('only a guarded route has a session to give', t => {
  t.throws(() => sessionOf({ session: null }), { code: 'invalid_session' })
  t.end()
})

t.test('a role is asked of the session, after the session itself', async t => {
  const { app } = await build(t)
  const [alice, admin] = [await login(app), await login(app, 'admin')]
  isProblem(t, await alice.call('GET', '/admin/stats'), 403, 'forbidden')
  isProblem(t, await app.inject('/admin/stats'), 401, 'no_session')
  t.equal((await admin.call('GET', '/admin/stats')).statusCode, 200)
  await admin.call('POST', '/logout')
  isProblem(t, await admin.call('GET', '/admin/stats'), 401, 'invalid_session')
})

t.test('a request that does not fit is 400 before a missing session is 401', async t => {
  const { app } = await build(t)
  isInvalid(t, await app.inject({ method: 'PUT', url: '/session/data', payload: {} }), ['body/key', 'body/value'])
  isProblem(t, await app.inject({ method: 'PUT', url: '/session/data', payload: { key: 'a', value: 1 } }), 401, 'no_session')
})
