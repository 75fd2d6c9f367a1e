import t from 'tap'
import { build, demo, login } from '../harness.ts'
import { createAdministration } from '../../src/users/administration.ts'
import { createUserDatabase } from '../../src/users/database.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { createUserRepository } from '../../src/users/repository.ts'
import { isInvalid, isProblem } from './problem.ts'

t.test('a login opens a session: credential, user and deadlines', async t => {
  const { app } = await build(t, { SESSION_IDLE_SECONDS: '60', SESSION_ABSOLUTE_SECONDS: '600' })
  const response = await app.inject({ method: 'POST', url: '/login', payload: demo.alice })
  t.equal(response.statusCode, 200)
  t.equal(response.headers['content-type'], 'application/json; charset=utf-8')
  t.equal(response.headers['cache-control'], 'no-store')
  const body = response.json()
  t.strictSame(Object.keys(body).sort(), ['deviceToken', 'message', 'session', 'sessionId', 'user'])
  t.match(body.sessionId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.1\.[A-Za-z0-9_-]{64}$/)
  t.strictSame(body.user, { id: 1, email: 'alice@example.com', name: 'Alice' })
  const { createdAt, lastAccessedAt, idleExpiresAt, absoluteExpiresAt, expiresAt } = body.session
  t.equal(lastAccessedAt, createdAt)
  t.equal(Number(idleExpiresAt) - Number(createdAt), 60_000)
  t.equal(Number(absoluteExpiresAt) - Number(createdAt), 600_000)
  t.equal(expiresAt, idleExpiresAt, 'the deadline that comes first')
})

t.test('every login is a session of its own, with a credential nobody had before', async t => {
  const { app } = await build(t)
  const credentials = new Set<string>()
  for (let i = 0; i < 5; i++) credentials.add((await login(app)).credential)
  t.equal(credentials.size, 5)
})

t.test('the case of the email does not matter, that of the password does', async t => {
  const { app } = await build(t)
  const attempt = (email: string, password: string) => app.inject({ method: 'POST', url: '/login', payload: { email, password } })
  const response = await attempt('ALICE@Example.Com', 'password123')
  t.equal(response.statusCode, 200)
  t.equal(response.json().user.email, 'alice@example.com')
  isProblem(t, await attempt('alice@example.com', 'PASSWORD123'), 401, 'login_failed')
})

t.test('whatever email the operator gave an account, it logs in with it', async t => {
  const { app, config } = await build(t)
  const emails = ['root@localhost', 'müller@example.com', 'alice+tag@example.com', '"a(b)"@intra']
  const database = createUserDatabase(config.DATABASE_URL)
  const users = createUserRepository(database)
  const administration = createAdministration({ users, passwords: { hash: async password => hashPassword({ password, cost: 4 }) }, endSessions: async () => 0, eraseHistory: async () => {} })
  for (const email of emails) {
    await administration.add({ email, name: 'Somebody', roles: [], password: 'correct horse' })
    const response = await app.inject({ method: 'POST', url: '/login', payload: { email, password: 'correct horse' } })
    t.equal(response.statusCode, 200, email)
    t.equal(response.json().user?.email, email)
  }
  await database.close()
})

t.test('unknown, wrong and disabled are one answer, byte for byte', async t => {
  const { app, config } = await build(t)
  await disable(config.DATABASE_URL, 'bob@example.com')
  const attempts = [
    { email: 'nobody@example.com', password: 'password123' },
    { email: 'alice@example.com', password: 'password124' },
    { email: 'bob@example.com', password: 'secret456' },
    { email: 'bob@example.com', password: 'wrong' }
  ]
  const answers = await Promise.all(attempts.map(payload => app.inject({ method: 'POST', url: '/login', payload, headers: { 'x-request-id': 'same' } })))
  for (const answer of answers) {
    isProblem(t, answer, 401, 'login_failed')
    t.equal(answer.headers['www-authenticate'], 'Bearer realm="sessions"')
  }
  t.equal(new Set(answers.map(answer => answer.body)).size, 1, 'one body')
  t.equal(new Set(answers.map(({ headers: { date, ...headers } }) => JSON.stringify(headers))).size, 1, 'the same headers')
})

t.test('every fault of a body is named, with its place', async t => {
  const { app } = await build(t)
  const post = (payload: unknown) => app.inject({ method: 'POST', url: '/login', payload: JSON.stringify(payload), headers: { 'content-type': 'application/json' } })
  isInvalid(t, await post({}), ['body/email', 'body/password'])
  isInvalid(t, await post({ email: 'alice', password: '' }), ['body/email', 'body/password'])
  isInvalid(t, await post({ email: 1, password: 123 }), ['body/email', 'body/password'], 'nothing is coerced')
  isInvalid(t, await post({ ...demo.alice, password: 12345678 }), ['body/password'])
  isInvalid(t, await post({ ...demo.alice, email: ['alice@example.com'] }), ['body/email'])
  isInvalid(t, await post({ ...demo.alice, email: `${'a'.repeat(250)}@example.com` }), ['body/email'])
  isInvalid(t, await post({ ...demo.alice, password: 'p'.repeat(1025) }), ['body/password'])
  isInvalid(t, await post({ ...demo.alice, remember: true, 'a/b~c': 1 }), ['body/a~1b~0c', 'body/remember'], 'unknown members are refused')
  isInvalid(t, await post({ ...demo.alice, rememberMe: 'true', lifetime: 'No such' }), ['body/lifetime', 'body/rememberMe'])
  isInvalid(t, await post({ ...demo.alice, lifetime: 'tv' }), ['body/lifetime'], 'no profile of that name')
  isInvalid(t, await post({ ...demo.alice, rememberMe: true, lifetime: 'default' }), ['body/lifetime'], 'two that disagree')
  for (const body of [null, [], 'alice', 7, true]) isInvalid(t, await post(body), ['body'], JSON.stringify(body))
})

t.test('a body that is missing or no JSON is refused before anybody is asked', async t => {
  const { app } = await build(t)
  const post = (payload: string | undefined, headers: Record<string, string>) => app.inject({ method: 'POST', url: '/login', headers, ...(payload !== undefined && { payload }) })
  const json = { 'content-type': 'application/json' }
  isInvalid(t, await post(undefined, {}), ['body'], 'no body')
  isInvalid(t, await post('', json), ['body'], 'an empty body')
  isProblem(t, await post('{"email":', json), 400, 'malformed_json')
  isProblem(t, await post('{"email":"a@b.example","password":"x","__proto__":{"a":1}}', json), 400, 'malformed_json')
  isProblem(t, await post('{"constructor":{"prototype":{"a":1}}}', json), 400, 'malformed_json')
  isProblem(t, await post('email=alice', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'unsupported_media_type')
  isProblem(t, await post('{}', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type')
  isProblem(t, await post('{}', { 'content-type': 'nonsense' }), 415, 'unsupported_media_type')
  isProblem(t, await post(`{"email":"${'a'.repeat(70_000)}"}`, json), 413, 'body_too_large')
  isInvalid(t, await app.inject({ method: 'POST', url: '/login?next=/', payload: demo.alice }), ['querystring/next'], 'an unknown parameter')
})

t.test('a login needs no session and is not disturbed by one', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const headers = { 'x-session-id': alice.credential, authorization: 'Bearer something-else' }
  t.equal((await app.inject({ method: 'POST', url: '/login', payload: demo.bob, headers })).statusCode, 200)
  t.equal((await alice.call('GET', '/me')).statusCode, 200)
})

t.test('more logins than may wait are told to come again', async t => {
  const { app } = await build(t, { HASH_QUEUE_LIMIT: '1', HASH_THREADS: '1' })
  const answers = await Promise.all(Array.from({ length: 12 }, () => app.inject({ method: 'POST', url: '/login', payload: demo.alice })))
  const busy = answers.filter(answer => answer.statusCode === 503)
  t.ok(busy.length > 0 && busy.length < 12, `${busy.length} of 12 are refused`)
  for (const answer of busy) {
    isProblem(t, answer, 503, 'login_busy')
    t.match(answer.headers['retry-after'], /^[1-9]\d*$/)
  }
  t.ok(answers.every(({ statusCode }) => statusCode === 200 || statusCode === 503))
})

t.test('logging out ends this session and no other, at once', async t => {
  const { app } = await build(t)
  const [laptop, phone] = [await login(app), await login(app)]
  const response = await laptop.call('POST', '/logout')
  t.equal(response.statusCode, 200)
  t.strictSame(response.json(), { message: 'Logged out successfully' })
  isProblem(t, await laptop.call('GET', '/me'), 401, 'invalid_session')
  isProblem(t, await laptop.call('POST', '/logout'), 401, 'invalid_session', 'a second time')
  t.equal((await phone.call('GET', '/me')).statusCode, 200)
  isProblem(t, await app.inject({ method: 'POST', url: '/logout' }), 401, 'no_session')
})

t.test('logging out takes an empty JSON body, as clients send it, and no other kind', async t => {
  const { app } = await build(t)
  const session = await login(app)
  isProblem(t, await session.call('POST', '/logout', 'x', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type')
  t.equal((await session.call('POST', '/logout', '', { 'content-type': 'application/json' })).statusCode, 200)
})

async function disable (databaseUrl: string, email: string): Promise<void> {
  const database = createUserDatabase(databaseUrl)
  await createUserRepository(database).setDisabled(email, true)
  await database.close()
}
