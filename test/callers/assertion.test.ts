/*
 * The assertions that are let in, and those that are not, clause by clause: RFC 7523 section 3 (which the ten items are of) and RFC 8725 section 3. All of it through the front door.
 */
import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CompactEncrypt, importJWK, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { build, buildAnother, login } from '../harness.ts'
import { isProblem } from '../routes/problem.ts'
import { addService } from '../routes/service.ts'
import { addSigner, askWith, audience, compact, inSeconds, newPair, signatureWith, type Algorithm } from '../routes/signer.ts'

async function opened (t: Test, alg?: Algorithm) {
  const { app, config, logs } = await build(t)
  const shop = await addSigner(app, 'shop', { alg })
  const details = new Set<string>()

  async function isGood (text: string, message = 'good'): Promise<void> {
    t.equal((await askWith(app, text)).statusCode, 200, message)
  }

  /** With the same bytes, whatever is wrong with it. */
  async function isRefused (text: string, message?: string): Promise<void> {
    const response = await askWith(app, text)
    isProblem(t, response, 401, 'invalid_client_assertion', message)
    t.equal(response.headers['www-authenticate'], 'Bearer realm="sessions", error="invalid_token", Basic realm="sessions"')
    details.add(response.body)
    t.equal(details.size, 1, 'nothing tells one cause from another')
  }

  return { app, config, logs, shop, isGood, isRefused }
}

for (const alg of ['ES256', 'EdDSA'] as const) {
  t.test(`an assertion that is signed with ${alg} is as good as a key, once`, async t => {
    const { app, shop, isGood } = await opened(t, alg)
    const text = shop.assertion()
    await isGood(text)
    const again = await askWith(app, text)
    isProblem(t, again, 401, 'invalid_client_assertion')
    t.match(again.json().detail, /was used before\. Each is good once/)
    await isGood(shop.assertion())
  })
}

t.test('as jose makes it, which docs/integrating.md shows', async t => {
  const { shop, isGood } = await opened(t)
  const key = await importJWK(shop.privateKey.export({ format: 'jwk' }), 'ES256')
  const sign = () => new SignJWT().setProtectedHeader({ alg: 'ES256', kid: shop.kid }).setIssuer('shop').setSubject('shop').setAudience(audience).setJti(randomUUID()).setIssuedAt().setExpirationTime('60s').sign(key)
  await isGood(await sign())
  await isGood(await sign())
})

t.test('it may do what its service may, on every route for services, and is no session', async t => {
  const { app, logs } = await opened(t)
  const desk = await addSigner(app, 'desk', { scopes: ['sessions:read'] })
  const read = await app.inject({ url: '/v1/sessions?userId=1', headers: { authorization: `bearer  ${desk.assertion()} ` } })
  t.equal(read.statusCode, 200)
  const response = await askWith(app, desk.assertion())
  isProblem(t, response, 403, 'insufficient_scope')
  t.match(response.json(), { scope: 'sessions:introspect' })
  isProblem(t, await app.inject({ url: '/me', headers: { authorization: `Bearer ${desk.assertion()}` } }), 401, 'invalid_session')
  isProblem(t, await app.inject({ url: '/v1/sessions?userId=1', headers: { authorization: `Basic ${Buffer.from(`desk:${desk.assertion()}`).toString('base64')}` } }), 401, 'invalid_service_key', 'nor is it the password of its service')
  t.ok(logs.some(line => JSON.parse(line).caller === 'desk'), 'the log says who asked')
})

t.test('its last use is told as that of a key', async t => {
  const { app, config, shop, isGood } = await opened(t)
  const other = await buildAnother(t, config)
  t.equal((await askWith(other, shop.assertion())).statusCode, 200)
  await other.close()
  const { keys: [key] } = await app.callers.find('shop')
  t.ok(Date.now() - Number(key?.lastUsedAtMs) < 60_000)
  await isGood(shop.assertion())
})

t.test('RFC 7523 section 3, items 1 and 2: iss and sub are both the name of the service whose key it is', async t => {
  const { app, shop, isGood, isRefused } = await opened(t)
  await addSigner(app, 'other')
  for (const claims of [{ iss: undefined }, { sub: undefined }, { iss: 'other' }, { sub: 'other' }, { iss: 'other', sub: 'other' }, { iss: 'Shop', sub: 'Shop' }, { iss: ['shop'] }, { sub: ['shop'] }, { sub: '' }]) await isRefused(shop.assertion(claims), JSON.stringify(claims))
  await isGood(shop.assertion())
})

t.test('item 3: aud is or has the URL of this service, to the letter', async t => {
  const { shop, isGood, isRefused } = await opened(t)
  for (const aud of [undefined, '', 'shop', 'https://other.example.com', `${audience}/`, `${audience}/v1/introspect`, audience.toUpperCase(), [], ['https://other.example.com'], [[audience]], { 0: audience }, true]) await isRefused(shop.assertion({ aud }), JSON.stringify(aud))
  await isGood(shop.assertion({ aud: [audience] }))
  await isGood(shop.assertion({ aud: ['https://other.example.com', audience] }))
})

t.test('item 4: exp is there, to come, and at most five minutes ahead', async t => {
  const { shop, isGood, isRefused } = await opened(t)
  for (const exp of [undefined, null, String(inSeconds(60)), true, 0, -1, inSeconds(0), inSeconds(-1), inSeconds(-3600), inSeconds(330), inSeconds(86_400)]) await isRefused(shop.assertion({ exp, iat: undefined }), String(exp))
  const raw = compact({ alg: 'ES256', kid: shop.kid }, JSON.stringify(shop.claims({ iat: undefined })).replace(/"exp":\d+/, '"exp":1e999'), signatureWith(shop.privateKey))
  await isRefused(raw, 'no end at all')
  await isGood(shop.assertion({ exp: inSeconds(299) }))
  await isGood(shop.assertion({ exp: inSeconds(5) + 0.5 }))
})

t.test('item 5: nbf, if it is there, has come but for the half minute that clocks may differ', async t => {
  const { shop, isGood, isRefused } = await opened(t)
  for (const nbf of [inSeconds(60), inSeconds(90), String(inSeconds(0)), true]) await isRefused(shop.assertion({ nbf }), String(nbf))
  for (const nbf of [0, inSeconds(-600), inSeconds(25)]) await isGood(shop.assertion({ nbf }), String(nbf))
})

t.test('item 6: iat, if it is there, has come, and exp is at most five minutes after it', async t => {
  const { shop, isGood, isRefused } = await opened(t)
  for (const iat of [inSeconds(60), inSeconds(-241), 0, String(inSeconds(0)), true]) await isRefused(shop.assertion({ iat }), String(iat))
  for (const iat of [undefined, inSeconds(25)]) await isGood(shop.assertion({ iat }), String(iat))
  const iat = inSeconds(-239)
  await isGood(shop.assertion({ iat, exp: iat + 299 }))
})

t.test('item 7: jti is there, and good once for each service', async t => {
  const { app, shop, isGood, isRefused } = await opened(t)
  for (const jti of [undefined, null, '', 7, ['x'], 'x'.repeat(129)]) await isRefused(shop.assertion({ jti }), JSON.stringify(jti))
  const jti = 'x'.repeat(128)
  await isGood(shop.assertion({ jti }))
  isProblem(t, await askWith(app, shop.assertion({ jti, exp: inSeconds(200) })), 401, 'invalid_client_assertion', 'another one with the same')
  await isGood((await addSigner(app, 'other')).assertion({ jti }), 'of another service it is another')
})

t.test('item 7: what is refused for anything else uses no jti up', async t => {
  const { shop, isGood, isRefused } = await opened(t)
  for (const [claims, header, key] of [[{ aud: 'x' }, {}, shop.privateKey], [{}, { typ: 'session+jwt' }, shop.privateKey], [{}, {}, newPair().privateKey]] as const) await isRefused(shop.assertion({ jti: 'mine', ...claims }, header, signatureWith(key)))
  await isGood(shop.assertion({ jti: 'mine' }))
})

t.test('item 8: other claims are let be', async t => {
  const { shop, isGood } = await opened(t)
  await isGood(shop.assertion({ scope: 'admin', client_id: 'other', name: 'é', nested: { a: [1] } }))
})

t.test('item 9: the signature is that of the key, over all of it', async t => {
  const { app, shop, isGood, isRefused } = await opened(t)
  const text = shop.assertion()
  const [header = '', payload = '', signature = ''] = text.split('.')
  const [, otherPayload = ''] = shop.assertion().split('.')
  const flipped = Buffer.from(signature, 'base64url').map((byte, i) => i === 40 ? byte ^ 1 : byte)
  const forged = [`${header}.${payload}.`, `${header}.${payload}.AAAA`, `${header}.${otherPayload}.${signature}`, `${header}.${payload}.${Buffer.from(flipped).toString('base64url')}`, `${header}.${payload}.${signature}AA`, `${header}.${payload}.${Buffer.alloc(64).toString('base64url')}`]
  for (const text of forged) await isRefused(text, text.slice(-10))
  await isRefused(shop.assertion({}, {}, signatureWith(newPair().privateKey)), 'another key')
  const other = await addSigner(app, 'other')
  await isRefused(shop.assertion({}, { kid: other.kid }), 'the id of another key')
  await isRefused(other.assertion({ iss: 'shop', sub: 'shop' }), 'another service in the name of this one')
  await isGood(text)
})

t.test('item 10: whatever is no JSON Web Token is none (RFC 7519 section 7.2)', async t => {
  const { shop, isGood, isRefused } = await opened(t)
  const [header = '', payload = '', signature = ''] = shop.assertion().split('.')
  const signed = (payload: string) => compact({ alg: 'ES256', kid: shop.kid }, payload, signatureWith(shop.privateKey))
  for (const text of ['eyJ', 'eyJ.', 'eyJ..', 'eyJ.eyJ.', header, `${header}.${payload}`, `${header}.${payload}.${signature}.`, `${header}.${payload}.${signature}.x.y`, `${header}..${signature}`, `${header}.${payload}.*`]) await isRefused(text, text.slice(-12))
  for (const payload of ['', 'null', '[]', '"shop"', '{', `[${JSON.stringify(shop.claims())}]`]) await isRefused(signed(payload), payload.slice(0, 10))
  await isRefused(shop.assertion({ more: 'x'.repeat(3000) }), 'over 4 KiB')
  await isGood(shop.assertion({ more: 'x'.repeat(2000) }))
})

t.test('RFC 8725 section 3.1: the algorithm is that of the key, whatever the header says', async t => {
  const { app, shop, isRefused } = await opened(t)
  const secrets = [createPublicKey(shop.privateKey).export({ type: 'spki', format: 'pem' }), JSON.stringify(shop.publicKey), Buffer.from(String(shop.publicKey.x), 'base64url'), '']
  for (const secret of secrets) await isRefused(shop.assertion({}, { alg: 'HS256' }, input => createHmac('sha256', secret).update(input).digest()), 'the public key as a secret')
  const hacker = await addSigner(app, 'hacker', { alg: 'EdDSA' })
  await isRefused(shop.assertion({}, { alg: 'EdDSA' }, signatureWith(hacker.privateKey)))
  await isRefused(hacker.assertion({}, { alg: 'ES256' }), 'ES256 of an Ed25519 key')
  for (const alg of ['ES384', 'ES256K', 'RS256', 'PS256', 'es256', '', undefined, null, 7]) await isRefused(shop.assertion({}, { alg }), String(alg))
})

t.test('section 3.2: nothing unsigned, nothing that is not on the list', async t => {
  const { shop, isRefused } = await opened(t)
  for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
    await isRefused(shop.assertion({}, { alg }, () => Buffer.alloc(0)), alg)
    await isRefused(shop.assertion({}, { alg }), `${alg}, signed`)
  }
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await isRefused(await new SignJWT(shop.claims()).setProtectedHeader({ alg: 'RS256', kid: shop.kid }).sign(rsa.privateKey))
})

t.test('section 3.2: EdDSA has another name (RFC 9864), which is as good', async t => {
  const { shop, isGood } = await opened(t, 'EdDSA')
  await isGood(shop.assertion({}, { alg: 'Ed25519' }))
})

t.test('sections 3.3 and 3.6: nothing is decrypted or inflated', async t => {
  const { shop, isRefused } = await opened(t)
  const encrypted = await new CompactEncrypt(Buffer.from(shop.assertion())).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: shop.kid, cty: 'JWT' }).encrypt(Buffer.alloc(32))
  await isRefused(encrypted)
  await isRefused(shop.assertion({}, { zip: 'DEF', crit: ['zip'] }))
})

t.test('section 3.8: a key vouches for its own service, and not any more when that has none', async t => {
  const { app, shop, isGood, isRefused } = await opened(t)
  await isGood(shop.assertion())
  for (const kid of [undefined, '', 'x', 7, [shop.kid], shop.kid.toUpperCase(), ` ${shop.kid}`, '0a1b2c3d4e5f6071', '__proto__', { toString: 'x' }]) await isRefused(shop.assertion({}, { kid }), JSON.stringify(kid))
  const { key } = await addService(app, 'secretive')
  await isRefused(shop.assertion({ iss: 'secretive', sub: 'secretive' }, { kid: key.slice(4, 20) }), 'the id of a key that is a secret')
  await app.callers.removeKey('shop', shop.kid)
  await isRefused(shop.assertion())
})

t.test('section 3.8: the digest of a public key is no secret of anybody', async t => {
  const { app, shop } = await opened(t)
  const secrets = ['A'.repeat(43), String(shop.publicKey.x)]
  for (const secret of secrets) isProblem(t, await askWith(app, `ssk_${shop.kid}_${secret}`), 401, 'invalid_service_key')
})

t.test('section 3.10: keys and places that the header brings are not looked at, and what it says is critical is not known', async t => {
  const { app, shop, isGood, isRefused } = await opened(t)
  const asked: string[] = []
  const origin = await listening(t, asked)
  const mine = newPair()
  const jwk = { ...mine.publicKey, kid: shop.kid }
  for (const header of [{ jwk }, { jku: `${origin}/jwks.json` }, { x5u: `${origin}/cert.pem` }, { x5c: ['AAAA'] }]) {
    await isRefused(shop.assertion({}, header, signatureWith(mine.privateKey)), Object.keys(header).join())
    await isGood(shop.assertion({}, header), 'they are not why')
  }
  t.strictSame(asked, [], 'nobody was asked')
  for (const crit of [['exp'], ['jku'], [], 'x', ['x'], ['b64', 'x']]) await isRefused(shop.assertion({}, { crit, b64: true, x: 1, jku: origin }), JSON.stringify(crit))
  await isRefused(shop.assertion({}, { crit: ['b64'], b64: false }), 'RFC 7797 section 7')
  t.equal((await app.callers.list()).length, 1)
})

t.test('sections 3.11 and 3.12: no other kind of token is one, and it is no other kind', async t => {
  const { app, shop, isGood, isRefused } = await opened(t)
  for (const typ of ['session+jwt', 'at+jwt', 'dpop+jwt', 'secevent+jwt', 'application/session+jwt', 'jwt ', '', 7, ['JWT']]) await isRefused(shop.assertion({}, { typ }), JSON.stringify(typ))
  for (const typ of [undefined, 'JWT', 'jwt', 'application/jwt', 'client-authentication+jwt', 'application/client-authentication+JWT']) await isGood(shop.assertion({}, { typ }), typ)
  const alice = await login(app)
  const { token } = (await alice.call('POST', '/session/token', { audience: 'shop' })).json<{ token: string }>()
  await isRefused(token, 'a token about a session')
  const service = await addService(app, 'other')
  t.equal((await service.call('POST', '/v1/introspect', { token: shop.assertion() })).body, '{"active":false}')
})

t.test('a key that cannot be read is nobody’s, and no other service suffers from it', async t => {
  const { app, shop, isGood, isRefused } = await opened(t)
  const broken = await addSigner(app, 'broken')
  await app.database.query('UPDATE caller_keys SET public_key = $2 WHERE id = $1', [broken.kid, '{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}'])
  await isRefused(broken.assertion())
  await isGood(shop.assertion())
})

/** A server that notes what it is asked for. */
async function listening (t: Test, asked: string[]): Promise<string> {
  const server = createServer((request, response) => {
    asked.push(String(request.url))
    response.end('{"keys":[]}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
