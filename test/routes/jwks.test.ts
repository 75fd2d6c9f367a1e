/* The published keys, clause by clause: RFC 7517 (JSON Web Key), with RFC 8037 for Ed25519. */
import type { LightMyRequestResponse } from 'fastify'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose'
import t, { type Test } from 'tap'
import { build, login, randomKeyring } from '../harness.ts'

/** What RFC 7518 section 6 and RFC 8037 section 2 have for private and symmetric keys alone. */
const privateMembers = ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth']

/** A service in the middle of a change of its keys: two are published. */
async function published (t: Test) {
  const [seedA, seedB] = [randomKeyring(), randomKeyring()].map(text => text.replace('test:', ''))
  const { app, config } = await build(t, { SESSION_KEYS: `next:${seedA},test:${seedB}` })
  const answer: LightMyRequestResponse = await app.inject('/.well-known/jwks.json')
  t.equal(answer.statusCode, 200)
  return { app, config, answer, set: answer.json<JSONWebKeySet>(), seeds: [String(seedA), String(seedB)] }
}

t.test('RFC 7517 section 5 and 5.1: the set is an object whose member "keys" is an array of keys, the one that signs first', async t => {
  const { app, answer, set } = await published(t)
  t.match(answer.headers['content-type'], /^application\/(jwk-set\+)?json/)
  t.strictSame(Object.keys(set), ['keys'])
  t.ok(Array.isArray(set.keys))
  t.equal(set.keys.length, 2)
  for (const key of set.keys) t.ok(typeof key === 'object' && !Array.isArray(key))
  const { token } = (await (await login(app)).call('POST', '/session/token', { audience: 'shop' })).json<{ token: string }>()
  t.equal(decodeProtectedHeader(token).kid, set.keys[0]?.kid)
})

t.test('RFC 7517 section 4.1: each key says of which kind it is (RFC 8037 section 2: OKP, with its curve and x)', async t => {
  const { set } = await published(t)
  for (const key of set.keys) t.match(key, { kty: 'OKP', crv: 'Ed25519', x: /^[\w-]{43}$/ })
  t.equal(new Set(set.keys.map(({ x }) => x)).size, 2)
})

t.test('RFC 7517 section 4.2 and 4.3: each key is for signatures, and does not say so a second time by key_ops', async t => {
  const { set } = await published(t)
  for (const key of set.keys) t.strictSame([key.use, key.key_ops], ['sig', undefined])
})

t.test('RFC 7517 section 4.4: each key names the algorithm that tokens are signed with', async t => {
  const { app, set } = await published(t)
  const { token } = (await (await login(app)).call('POST', '/session/token', { audience: 'shop' })).json<{ token: string }>()
  for (const key of set.keys) t.equal(key.alg, decodeProtectedHeader(token).alg)
})

t.test('RFC 7517 section 4.5: each key has a kid of its own, by which a verifier finds it', async t => {
  const { app, config, set } = await published(t)
  const kids = set.keys.map(({ kid }) => kid)
  t.ok(kids.every(kid => typeof kid === 'string' && kid !== ''))
  t.equal(new Set(kids).size, kids.length)
  const { token } = (await (await login(app)).call('POST', '/session/token', { audience: 'shop' })).json<{ token: string }>()
  const expected = { audience: 'shop', issuer: config.TOKEN_ISSUER }
  const named = set.keys.filter(({ kid }) => kid === decodeProtectedHeader(token).kid)
  t.equal(named.length, 1)
  t.match((await jwtVerify(token, createLocalJWKSet({ keys: named }), expected)).payload, { sub: '1' })
  await t.rejects(jwtVerify(token, createLocalJWKSet({ keys: set.keys.filter(key => key !== named[0]) }), expected), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
})

t.test('RFC 7517 section 9.2 and 9.3: no private and no symmetric key is published', async t => {
  const { answer, set, seeds } = await published(t)
  for (const key of set.keys) {
    t.strictSame(privateMembers.filter(member => member in key), [])
    t.strictSame(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  }
  for (const seed of seeds) t.notOk(answer.body.includes(seed), 'nor what they are made of')
})
