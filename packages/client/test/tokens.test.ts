import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import t, { type Test } from 'tap'
import { createKeyring } from '../../../src/sessions/keyring.ts'
import { openedSession } from '../../../src/sessions/session.ts'
import { createTokens } from '../../../src/tokens/tokens.ts'
import { createTokenVerifier } from '../src/tokens.ts'

const issuer = 'https://sessions.example.com'
const keyOf = (id: string) => `${id}:${randomBytes(32).toString('base64url')}`
const [before, after] = [keyOf('old'), keyOf('new')]

/** What SESSION_KEYS is while one key takes the place of another, a restart of every instance apart (docs/operating.md). */
const steps = [before, `${before},${after}`, `${after},${before}`, after]

/** Shortest time between two of them (ms): as long as a verifier may go without looking again. */
const STEP_MS = 1000

function tokensOf (keyring: string) {
  const nowMs = Date.now()
  const times = { createdAtMs: nowMs, lastAccessedAtMs: nowMs, idleMs: 3_600_000, absoluteDeadlineMs: nowMs + 86_400_000, extendedUntilMs: 0, authenticatedAtMs: nowMs }
  const session = openedSession('3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b', { userId: '7', profile: { email: 'a@b.c', name: 'Ada', roles: [] }, binding: '' }, times)
  const { issue, jwks } = createTokens({ keyring: createKeyring(keyring), issuer, audiences: ['shop'], seconds: 300 })
  return { jwks, sign: async () => (await issue(session, 'shop')).token }
}

/** The published keys of a service whose keys a test changes, and a clock for their age that it moves. */
async function published (t: Test) {
  const state = { tokens: tokensOf(before), reads: 0 }
  const server = createServer((_request, response) => {
    state.reads++
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(state.tokens.jwks))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { now } = Date
  let aheadMs = 0
  // jose has no other clock for the age of what it keeps; when a token expires it reads from another one.
  Date.now = () => now() + aheadMs
  t.teardown(() => {
    Date.now = now
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { state, verifier: () => createTokenVerifier({ url, issuer, audience: 'shop' }), pass: (ms: number) => { aheadMs += ms } }
}

/** A token of this service by its words, which names a key that there is not. */
function withUnknownKey (token: string, kid: string): string {
  const [, ...rest] = token.split('.')
  return [Buffer.from(JSON.stringify({ ...decodeProtectedHeader(token), kid })).toString('base64url'), ...rest].join('.')
}

t.test('while one key takes the place of another, no good token is refused by who keeps the keys', async t => {
  const { state, verifier, pass } = await published(t)
  const kids = new Set<string | undefined>()
  const verifiers: Array<ReturnType<typeof verifier>> = []
  let old = ''
  for (const [i, keyring] of steps.entries()) {
    state.tokens = tokensOf(keyring)
    const token = await state.tokens.sign()
    kids.add(decodeProtectedHeader(token).kid)
    if (i === 0) old = token
    verifiers.push(verifier())
    for (const [since, { verify }] of verifiers.entries()) {
      t.match(await verify(token), { active: true, sub: '7' }, `who began in step ${since}, in step ${i}`)
      if (i < steps.length - 1) t.match(await verify(old), { active: true, sub: '7' }, 'and a token from before, as long as its key is published')
      // Has the keys read again as late as may be: they are as they were in this step, and young, when the next one begins.
      pass(STEP_MS)
      t.equal(await verify(withUnknownKey(token, 'made-up')), null)
    }
    pass(STEP_MS)
  }
  t.equal(kids.size, 2, 'both have signed')
})

t.test('a token of a key that has come since the keys were read is good at once where they are a second old', async t => {
  const { state, verifier, pass } = await published(t)
  const { verify } = verifier()
  t.ok(await verify(await state.tokens.sign()))
  state.tokens = tokensOf(after)
  pass(STEP_MS)
  t.match(await Promise.all(Array.from({ length: 20 }, async () => verify(await state.tokens.sign()))), Array(20).fill({ active: true }))
  t.equal(state.reads, 2, 'read once more, for all of them')
})

t.test('names of keys that somebody makes up cost the service one request a second, and nobody else anything', async t => {
  const { state, verifier, pass } = await published(t)
  const { verify } = verifier()
  const token = await state.tokens.sign()
  t.match(await verify(token), { exp: decodeJwt(token).exp })
  for (let second = 1; second <= 3; second++) {
    pass(STEP_MS)
    for (let i = 0; i < 50; i++) t.equal(await verify(withUnknownKey(token, `made-up-${i}`)), null)
    t.ok(await verify(token))
    t.equal(state.reads, 1 + second)
  }
})
