import t, { type Test } from 'tap'
import { createCallerRepository } from '../../src/callers/repository.ts'
import { build, login } from '../harness.ts'
import { isInvalid, isProblem } from './problem.ts'
import { asService } from './service.ts'
import { compact, inSeconds, newPair, signatureWith } from './signer.ts'

interface Shown { name: string, scopes: string[], dataPrefix: string, createdAt: string, keys: Array<{ id: string, createdAt: string, lastUsedAt?: string, publicKey?: object }> }
interface Answer { message: string, caller: Shown, key: string, keyId: string }

async function opened (t: Test) {
  const { app } = await build(t)
  const admin = await login(app, 'admin')
  const create = (body: object = {}) => admin.call('POST', '/admin/callers', { name: 'shop', scopes: ['sessions:introspect'], ...body })
  const worth = async (key: string) => (await asService(app, key).call('POST', '/v1/introspect', { token: 'x' })).statusCode
  return { app, admin, create, worth }
}

t.test('a service is added with a key, which is shown once and opens at once', async t => {
  const { app, admin, create, worth } = await opened(t)
  const response = await create({ dataPrefix: 'shop.' })
  t.equal(response.statusCode, 201)
  const { message, caller, key } = response.json<Answer>()
  t.match(key, /^ssk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/)
  t.match({ message, caller }, { message: 'Service added', caller: { name: 'shop', scopes: ['sessions:introspect'], dataPrefix: 'shop.', createdAt: /^\d+$/, keys: [{ id: key.slice(4, 20), createdAt: /^\d+$/ }] } })
  t.equal(await worth(key), 200)
  const list = await admin.call('GET', '/admin/callers')
  t.strictSame(list.json(), { callers: [caller] })
  t.notOk(list.body.includes(key.slice(21)))
  isProblem(t, await create({ scopes: ['admin'] }), 409, 'caller_name_taken')
  t.strictSame((await admin.call('GET', '/admin/callers')).json(), { callers: [caller] }, 'as it was')
  await createCallerRepository(app.database).noteUses(new Map([[key.slice(4, 20), 1_704_067_210_000]]))
  t.match((await admin.call('GET', '/admin/callers')).json(), { callers: [{ keys: [{ lastUsedAt: '1704067210000' }] }] })
})

t.test('a key is replaced without a moment in which none works; there are never three', async t => {
  const { admin, create, worth } = await opened(t)
  const { key: first } = (await create()).json<Answer>()
  const added = await admin.call('POST', '/admin/callers/shop/keys')
  t.equal(added.statusCode, 201)
  const { caller: { keys }, key: second } = added.json<Answer>()
  t.strictSame(keys.map(({ id }) => id), [first, second].map(key => key.slice(4, 20)), 'oldest first')
  t.strictSame([await worth(first), await worth(second)], [200, 200])
  isProblem(t, await admin.call('POST', '/admin/callers/shop/keys'), 409, 'too_many_keys')
  const removed = await admin.call('DELETE', `/admin/callers/shop/keys/${first.slice(4, 20)}`)
  t.match(removed.json(), { message: 'Key deleted', caller: { keys: [{ id: second.slice(4, 20) }] } })
  t.strictSame([await worth(first), await worth(second)], [401, 200])
  isProblem(t, await admin.call('DELETE', `/admin/callers/shop/keys/${first.slice(4, 20)}`), 404, 'service_key_not_found')
})

const signedBy = ({ alg, privateKey }: ReturnType<typeof newPair>, kid: string) =>
  compact({ alg, kid }, { iss: 'shop', sub: 'shop', aud: 'https://sessions.example.com', exp: inSeconds(60), jti: `${Math.random()}` }, signatureWith(privateKey))

t.test('a service that signs has no secret, from the beginning; its keys are replaced as others are', async t => {
  const { admin, create, worth } = await opened(t)
  const [first, second] = [newPair('EdDSA'), newPair('ES256')]
  const response = await create({ publicKey: { ...first.publicKey, kid: 'mine', use: 'sig', alg: 'EdDSA' } })
  t.equal(response.statusCode, 201)
  const { caller: { keys: [key] }, ...rest } = response.json<Answer>()
  t.strictSame(rest, { message: 'Service added' }, 'there is none to show')
  t.strictSame(Object.keys(key ?? {}), ['id', 'createdAt', 'publicKey'])
  t.strictSame(key?.publicKey, { kty: 'OKP', crv: 'Ed25519', x: first.publicKey.x }, 'what it needs of it')
  const kid = String(key?.id)
  t.equal(await worth(signedBy(first, kid)), 200)

  const added = await admin.call('POST', '/admin/callers/shop/public-keys', { publicKey: second.publicKey })
  t.equal(added.statusCode, 201)
  const { keyId, message, caller } = added.json<Answer>()
  t.strictSame([message, caller.keys.map(({ id }) => id)], ['Key added', [kid, keyId]])
  t.match(caller.keys[1]?.publicKey, { kty: 'EC', crv: 'P-256', x: second.publicKey.x, y: second.publicKey.y })
  t.strictSame([await worth(signedBy(first, kid)), await worth(signedBy(second, keyId))], [200, 200])
  isProblem(t, await admin.call('POST', '/admin/callers/shop/public-keys', { publicKey: newPair().publicKey }), 409, 'too_many_keys')
  isProblem(t, await admin.call('POST', '/admin/callers/shop/keys'), 409, 'too_many_keys')
  t.match((await admin.call('DELETE', `/admin/callers/shop/keys/${kid}`)).json(), { caller: { keys: [{ id: keyId }] } })
  t.strictSame([await worth(signedBy(first, kid)), await worth(signedBy(second, keyId))], [401, 200])
  isProblem(t, await create({ publicKey: first.publicKey }), 409, 'caller_name_taken')
})

t.test('a private key is refused, and so is what no public key is', async t => {
  const { admin, create } = await opened(t)
  await create()
  const { privateKey, publicKey } = newPair()
  const add = (publicKey: unknown) => admin.call('POST', '/admin/callers/shop/public-keys', { publicKey })
  const refused = await add(privateKey.export({ format: 'jwk' }))
  isInvalid(t, refused, ['body/publicKey'])
  t.match(refused.json().detail, /private .* make a new pair/)
  t.notOk(refused.body.includes(String(privateKey.export({ format: 'jwk' }).d)))
  isInvalid(t, await add({ ...publicKey, x: 'A'.repeat(43) }), ['body/publicKey'])
  isInvalid(t, await add({ ...publicKey, x: 'AA' }), ['body/publicKey/x'])
  isInvalid(t, await add({ kty: 'RSA', n: 'AA', e: 'AQAB' }), ['body/publicKey/kty', 'body/publicKey/crv', 'body/publicKey/x'])
  isInvalid(t, await add(undefined), ['body/publicKey'])
  isInvalid(t, await create({ name: 'other', publicKey: 'x' }), ['body/publicKey'])
  t.equal((await admin.call('GET', '/admin/callers')).json().callers[0].keys.length, 1)
})

t.test('what a service may do changes at once; without it its keys are worth nothing', async t => {
  const { admin, create, worth } = await opened(t)
  const { key } = (await create()).json<Answer>()
  t.match((await admin.call('PATCH', '/admin/callers/shop', { scopes: ['sessions:read'] })).json(), { message: 'Service changed', caller: { scopes: ['sessions:read'], dataPrefix: '' } })
  t.equal(await worth(key), 403)
  t.match((await admin.call('PATCH', '/admin/callers/shop', { dataPrefix: 'a' })).json(), { caller: { scopes: ['sessions:read'], dataPrefix: 'a' } })
  t.match((await admin.call('DELETE', '/admin/callers/shop')).json(), { message: 'Service deleted' })
  t.equal(await worth(key), 401)
})

t.test('of a service that there is not nothing is changed', async t => {
  const { admin } = await opened(t)
  isProblem(t, await admin.call('PATCH', '/admin/callers/shop', { dataPrefix: '' }), 404, 'caller_not_found')
  isProblem(t, await admin.call('DELETE', '/admin/callers/shop'), 404, 'caller_not_found')
  isProblem(t, await admin.call('POST', '/admin/callers/shop/keys'), 404, 'caller_not_found')
  isProblem(t, await admin.call('POST', '/admin/callers/shop/public-keys', { publicKey: newPair().publicKey }), 404, 'caller_not_found')
  isProblem(t, await admin.call('DELETE', '/admin/callers/shop/keys/0a1b2c3d4e5f6071'), 404, 'caller_not_found')
})

t.test('each member has its limits', async t => {
  const { admin, create } = await opened(t)
  for (const name of ['', 'Shop', '1shop', 'sh op', 'x'.repeat(64), 7]) isInvalid(t, await create({ name }), ['body/name'], String(name))
  isInvalid(t, await create({ scopes: [] }), ['body/scopes'])
  isInvalid(t, await create({ scopes: ['sessions:all'] }), ['body/scopes/0'])
  isInvalid(t, await create({ scopes: ['admin', 'admin'] }), ['body/scopes'])
  for (const dataPrefix of ['a b', 'é', 'x'.repeat(65)]) isInvalid(t, await create({ dataPrefix }), ['body/dataPrefix'], dataPrefix)
  isInvalid(t, await create({ key: 'ssk_mine' }), ['body/key'])
  isInvalid(t, await admin.call('PATCH', '/admin/callers/shop', {}), ['body'])
  isInvalid(t, await admin.call('DELETE', '/admin/callers/shop/keys/x'), ['params/keyId'])
  t.strictSame((await admin.call('GET', '/admin/callers')).json(), { callers: [] })
})

t.test('only administrators', async t => {
  const { app } = await opened(t)
  const alice = await login(app)
  for (const [method, url, body] of [
    ['GET', '/admin/callers'],
    ['POST', '/admin/callers', { name: 'shop', scopes: ['admin'] }],
    ['PATCH', '/admin/callers/shop', { dataPrefix: '' }],
    ['DELETE', '/admin/callers/shop'],
    ['POST', '/admin/callers/shop/keys'],
    ['POST', '/admin/callers/shop/public-keys', { publicKey: newPair().publicKey }],
    ['DELETE', '/admin/callers/shop/keys/0a1b2c3d4e5f6071']
  ] as const) isProblem(t, await alice.call(method, url, body), 403, 'forbidden', `${method} ${url}`)
})
