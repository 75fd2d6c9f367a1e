import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT, UnsecuredJWT } from 'jose'
import t from 'tap'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { openedSession } from '../../src/sessions/session.ts'
import { signingKeysOf } from '../../src/tokens/signing-keys.ts'
import { createTokens } from '../../src/tokens/tokens.ts'
import { randomKeyring } from '../harness.ts'

const issuer = 'https://sessions.example.com'
const [keyring, other] = [randomKeyring(), randomKeyring().replace('test:', 'next:')]
const tokensWith = (text = keyring, more = {}) => createTokens({ keyring: createKeyring(text), issuer, audiences: ['shop', 'https://api.example.com'], seconds: 120, ...more })

/** A session that ends in so many seconds if it is not used. */
function sessionFor (idleSeconds = 3600) {
  const nowMs = Date.now()
  const times = { createdAtMs: nowMs - 5000, lastAccessedAtMs: nowMs, idleMs: idleSeconds * 1000, absoluteDeadlineMs: nowMs + 86_400_000, extendedUntilMs: 0, authenticatedAtMs: nowMs - 5000 }
  return openedSession('3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b', { userId: '7', profile: { email: 'a@b.c', name: 'Ada', roles: ['admin'] }, binding: '' }, times)
}

t.test('a token says whose session it is, to whom it may be shown, and for how long; any verifier reads it', async t => {
  const tokens = tokensWith()
  const session = sessionFor()
  const { token, expiresAtMs } = await tokens.issue(session, 'shop')
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(tokens.jwks), { issuer, audience: 'shop', typ: 'session+jwt', algorithms: ['EdDSA'] })
  t.match(payload, { iss: issuer, sub: '7', aud: 'shop', sid: session.id, roles: ['admin'], auth_time: Math.floor(session.times.authenticatedAtMs / 1000), jti: /^[0-9a-f-]{36}$/ })
  t.strictSame(Object.keys(payload).sort(), ['aud', 'auth_time', 'auth_time_ms', 'exp', 'iat', 'iss', 'jti', 'roles', 'sid', 'sub'], 'and nothing else')
  t.strictSame(protectedHeader, { alg: 'EdDSA', kid: tokens.jwks.keys[0]?.kid, typ: 'session+jwt' })
  t.equal(expiresAtMs, Number(payload.exp) * 1000)
  t.match(await tokens.verify(token), { sub: '7', sid: session.id, aud: 'shop' })
})

t.test('it is good for a little less than it might be, and never longer than its session', async t => {
  const tokens = tokensWith()
  const lives = await Promise.all(Array.from({ length: 200 }, async () => {
    const { exp = 0, iat = 0 } = decodeJwt((await tokens.issue(sessionFor(), 'shop')).token)
    return exp - iat
  }))
  t.ok(lives.every(life => life >= 108 && life <= 120), `${Math.min(...lives)} to ${Math.max(...lives)}`)
  t.ok(new Set(lives).size > 5, 'they do not expire together')
  const shortest = tokensWith(keyring, { seconds: 60 })
  const { exp = 0, iat = 0 } = decodeJwt((await shortest.issue(sessionFor(), 'shop')).token)
  t.equal(exp - iat, 60)
  const { expiresAtMs } = await tokens.issue(sessionFor(30), 'shop')
  t.ok(expiresAtMs <= Date.now() + 30_000)
})

t.test('for nobody else', async t => {
  await t.rejects(tokensWith().issue(sessionFor(), 'other'), { code: 'audience_not_allowed', message: 'No tokens are made for other: TOKEN_AUDIENCES does not name it.' })
  await t.rejects(tokensWith(keyring, { audiences: [] }).issue(sessionFor(), 'shop'), { code: 'audience_not_allowed' })
})

t.test('without a key there are none', t => {
  t.throws(() => createTokens({ keyring: { subkeys: () => [] }, issuer, audiences: [], seconds: 120 }), /no key/)
  t.end()
})

t.test('keys roll over without a token that cannot be verified', async t => {
  const [before, between, after] = [tokensWith(keyring), tokensWith(`${keyring},${other}`), tokensWith(`${other},${keyring}`)]
  const old = (await before.issue(sessionFor(), 'shop')).token
  const next = (await after.issue(sessionFor(), 'shop')).token
  for (const tokens of [between, after]) for (const token of [old, next]) t.not(await tokens.verify(token), null)
  t.equal(await tokensWith(other).verify(old), null, 'until the old key is taken away')
})

t.test('RFC 8725: what is no token of this service is worth nothing', async t => {
  const tokens = tokensWith()
  const { token } = await tokens.issue(sessionFor(), 'shop')
  const [key] = signingKeysOf(createKeyring(keyring))
  const claims = decodeJwt(token)
  const header = { alg: 'EdDSA', kid: key?.kid, typ: 'session+jwt' }
  const signed = (payload: object = {}, head: object = {}, by = key?.privateKey) =>
    new SignJWT({ ...claims, ...payload }).setProtectedHeader({ ...header, ...head }).sign(by as NonNullable<typeof by>)
  t.not(await tokens.verify(await signed()), null, 'as it is')

  const now = Math.floor(Date.now() / 1000)
  const [head = '', body = '', signature = ''] = token.split('.')
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const hmac = (secret: string | Buffer) => {
    const text = `${encoded({ ...header, alg: 'HS256' })}.${body}`
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
  }
  const byHand = (head: object) => {
    const text = `${encoded(head)}.${body}`
    return `${text}.${sign(null, Buffer.from(text), key?.privateKey as NonNullable<typeof key>['privateKey']).toString('base64url')}`
  }
  t.not(await tokens.verify(byHand(header)), null, 'signed by hand')
  const stranger = generateKeyPairSync('ed25519').privateKey
  const attacks: Record<string, string> = {
    'section 3.1, none': new UnsecuredJWT(claims).encode(),
    'section 3.1, none in another case': `${encoded({ ...header, alg: 'nOnE' })}.${body}.`,
    'section 3.1, no signature': `${head}.${body}.`,
    'section 2.1, the public key as a shared secret': hmac(Buffer.from(String(key?.jwk.x), 'base64url')),
    'section 2.1, the public JWK as a shared secret': hmac(JSON.stringify(key?.jwk)),
    'section 2.1, a key of its own in the header': await signed({}, { jwk: stranger.export({ format: 'jwk' }) }, stranger),
    'somebody else’s key under this name': await signed({}, {}, stranger),
    'a key that there is not': await signed({}, { kid: 'other' }),
    'no name of a key': await signed({}, { kid: undefined }),
    'section 3.11, another type': await signed({}, { typ: 'JWT' }),
    'section 3.11, no type': await signed({}, { typ: undefined }),
    'section 3.8, another issuer': await signed({ iss: 'https://evil.example' }),
    'section 3.9, another audience': await signed({ aud: 'other' }),
    'section 3.9, no audience': await signed({ aud: undefined }),
    expired: await signed({ exp: now - 1 }),
    'without an end': await signed({ exp: undefined }),
    'not yet good': await signed({ nbf: now + 60 }),
    'without a session': await signed({ sid: undefined }),
    'with other claims': `${head}.${encoded({ ...claims, sub: '1' })}.${signature}`,
    'with another character': `${token.slice(0, -2)}${token.endsWith('AA') ? 'QQ' : 'AA'}`,
    'with spare bits set': `${token.slice(0, -1)}${String.fromCharCode(token.charCodeAt(token.length - 1) + 1)}`,
    'with a space behind it': `${token} `,
    'with a line break behind it': `${token}\n`,
    padded: `${token}==`,
    'RFC 7515 section 4.1.11, critical parts that nobody knows': byHand({ ...header, crit: ['x'], x: 1 }),
    'in two parts': `${head}.${body}`,
    'with a part too many': `${token}.x`,
    'not JSON': `${Buffer.from('{').toString('base64url')}.${body}.${signature}`,
    nothing: ''
  }
  for (const [attack, text] of Object.entries(attacks)) t.equal(await tokens.verify(text), null, attack)
  t.equal(decodeProtectedHeader(token).alg, 'EdDSA')
})
