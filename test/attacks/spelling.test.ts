import t from 'tap'
import { build, login } from '../harness.ts'
import { addService } from '../routes/service.ts'
import { bytesOf, everyWay, outcomeOf, partsOf, transports } from './attempt.ts'
import { otherSpellings } from './spellings.ts'

t.test('a credential has one spelling: every other, and every tampering, is the same bytes in every transport, and harms nobody', async t => {
  // Otherwise the login would be remembered, and nobody asked about it either.
  const { app } = await build(t, { NEAR_CACHE_MS: '0' })
  const { credential } = await login(app)
  const spellings = otherSpellings(credential)
  const asked = app.redis.sessionsValidate
  let questions = 0
  app.redis.sessionsValidate = ((...args: Parameters<typeof asked>) => {
    questions += args[0]
    return asked.apply(app.redis, args)
  }) as typeof asked
  const answers = new Map<string, string[]>()
  for (const [what, text] of Object.entries(spellings)) {
    for (const response of await everyWay(app, text)) answers.set(bytesOf(response), [...answers.get(bytesOf(response)) ?? [], what])
  }
  t.equal(answers.size, 1, [...answers].map(([bytes, causes]) => `${bytes.slice(0, 5)} ${[...new Set(causes)].join(', ')}`).join(' | '))
  t.equal(questions, 0, 'the store is not asked')
  t.ok(Object.keys(spellings).length > 100, `${Object.keys(spellings).length} spellings`)
  t.strictSame((await everyWay(app, credential)).map(outcomeOf), ['200 Alice', '200 Alice', '200 Alice'], 'the one spelling')
  t.equal(questions, 3, 'and then it is')
})

t.test('a token has one spelling, also where it is introspected', async t => {
  const { app } = await build(t, { TOKEN_AUDIENCES: 'shop' })
  const alice = await login(app)
  const { call } = await addService(app, 'shop', { scopes: ['sessions:introspect'] })
  const { token } = (await alice.call('POST', '/session/token', { audience: 'shop' })).json<{ token: string }>()
  const isActive = async (text: string) => (await call('POST', '/v1/introspect', { token: text })).json<{ active: boolean }>().active
  t.equal(await isActive(token), true)
  const last = token.charCodeAt(token.length - 1)
  for (const text of [`${token.slice(0, -1)}${String.fromCharCode(last + 1)}`, `${token} `, ` ${token}`, `${token}\n`, `${token}=`, `${token}==`, `${token}.`, token.replaceAll('.', '%2E')]) t.equal(await isActive(text), false, JSON.stringify(text.slice(-8)))
})

t.test('a public id opens nothing: in no transport, on no route, with nothing guessed beside it', async t => {
  const { app } = await build(t)
  const [alice, other] = [await login(app), await login(app, 'bob')]
  const listed = (await alice.call('GET', '/sessions')).json<{ sessions: Array<{ sessionId: string }> }>().sessions.map(({ sessionId }) => sessionId)
  const cursor = Buffer.from(`${Date.now()}.${alice.id}`).toString('base64url')
  t.strictSame(listed, [alice.id])
  const guesses = [alice.id, `${alice.id}.1`, `${alice.id}.1.`, `${alice.id}.1.${partsOf(other.credential).proof}`, `${alice.id}.${alice.id}.${alice.id}`, cursor]
  const requests = [{ url: '/me' }, { url: '/session' }, { url: '/session/data' }, { url: '/sessions' }, { url: '/admin/stats' }, { method: 'POST', url: '/logout' }, { method: 'POST', url: '/session/rotate' }, { method: 'DELETE', url: '/sessions/all' }, { method: 'DELETE', url: `/sessions/${alice.id}` }] as const
  for (const request of requests) {
    const expected = bytesOf((await everyWay(app, 'x', request))[0] as Awaited<ReturnType<typeof app.inject>>)
    for (const guess of guesses) for (const response of await everyWay(app, guess, request)) if (bytesOf(response) !== expected) t.fail(`${request.url} with ${guess.slice(0, 60)}: ${response.body}`)
  }
  t.equal((await alice.call('GET', '/me')).statusCode, 200, 'nothing ended it either')
})

t.test('somebody else’s public id is that of nobody', async t => {
  const { app } = await build(t)
  const [alice, bob] = [await login(app), await login(app, 'bob')]
  const dead = await login(app, 'bob')
  await dead.call('POST', '/logout')
  const end = async (id: string) => bytesOf(await bob.call('DELETE', `/sessions/${id}`, undefined, { 'x-request-id': 'same' }))
  const foreign = await end(alice.id)
  t.match(foreign, /session_not_found/)
  t.equal(await end(dead.id), foreign, 'like a dead one of one’s own')
  t.equal(await end(`${bob.id.slice(0, 4)}0000-0000-4000-8000-000000000000`), foreign, 'like one that never was')
  t.equal((await alice.call('GET', '/me')).statusCode, 200)
})

t.test('schemes and names that resemble a transport are none', async t => {
  const { app } = await build(t)
  const { credential } = await login(app)
  const lookalikes: Array<Record<string, string>> = [
    { authorization: credential }, { authorization: `Basic ${credential}` }, { authorization: `Basic ${Buffer.from(`${credential}:`).toString('base64')}` }, { authorization: `Token ${credential}` }, { authorization: `Bearer${credential}` }, { authorization: `Bearer\t${credential}` }, { authorization: `Digest Bearer ${credential}` },
    { 'proxy-authorization': `Bearer ${credential}` }, { 'x-session': credential }, { session: credential }, { 'x-auth-token': credential }, { 'x-session-id-': credential }, { x_session_id: credential }, { sessionid: credential }, { 'x-forwarded-authorization': `Bearer ${credential}` }, { 'x-original-url': '/me' }, { cookie: credential }, { cookie: `session=${credential}` }, { cookie: `sid=${credential}` }, { cookie2: `__Host-session=${credential}` }
  ]
  for (const headers of lookalikes) t.equal(outcomeOf(await app.inject({ url: '/me', headers })), '401 no_session', JSON.stringify(headers).slice(0, 40))
  t.strictSame(Object.keys(transports).length, 3)
})
