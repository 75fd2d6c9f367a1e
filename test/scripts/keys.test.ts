import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { build } from '../harness.ts'
import { asService } from '../routes/service.ts'
import { askWith, compact, inSeconds, newPair, signatureWith } from '../routes/signer.ts'
import { runScript } from './run-script.ts'

t.test('a service gets a key, a second one, and loses the first, while the service runs', async t => {
  const { app, config: { DATABASE_URL, REDIS_URL, SESSION_KEYS } } = await build(t)
  const keys = (...args: string[]) => runScript('keys', args, { DATABASE_URL, REDIS_URL, SESSION_KEYS })
  const worth = async (key: string) => (await asService(app, key).call('POST', '/v1/introspect', { token: 'x' })).statusCode

  const created = await keys('create', 'shop', '--scope', 'sessions:introspect', '--data-prefix', 'shop.')
  t.match(created, { status: 0, err: '', out: /^shop {2}sessions:introspect {2}data shop\.\*\n {2}[0-9a-f]{16} {2}made \S+Z {2}never used\nssk_\S{60}\n$/ })
  const [first = '', id = ''] = /ssk_([0-9a-f]{16})_\S+/.exec(created.out) ?? []
  t.equal(await worth(first), 200)

  const rotated = await keys('rotate', 'shop')
  const [second = ''] = /ssk_\S+/.exec(rotated.out) ?? []
  t.strictSame([rotated.status, await until(() => worth(second), 200), await worth(first)], [0, 200, 200], 'both work')
  t.match(await keys('rotate', 'shop'), { status: 1, out: '', err: /^The service shop has two keys\. .*\n$/ })

  t.match(await keys('revoke', 'shop', id), { status: 0, out: /^shop .*\n {2}[0-9a-f]{16} .*\n$/ })
  t.equal(await until(() => worth(first), 401), 401)
  t.equal(await worth(second), 200)

  t.match(await keys('scopes', 'shop', '--scope', 'sessions:read'), { status: 0, out: /^shop {2}sessions:read {2}data/ })
  t.equal(await until(() => worth(second), 403), 403)
  t.match(await keys('data-prefix', 'shop', ''), { status: 0, out: /^shop {2}sessions:read\n/ })
  t.match(await keys('list'), { status: 0, out: /^shop {2}sessions:read\n {2}[0-9a-f]{16} {2}made \S+ {2}(never used|last used \S+)\n$/ })
  t.match(await keys('remove', 'shop', '--permanently'), { status: 0, out: 'shop is gone\n' })
  t.match(await keys('list'), { status: 0, out: '' })
  t.match(await keys('create', 'Shop', '--scope', 'admin'), { status: 1, err: /^The name of a service has/ })
  t.match(await keys('create', 'shop', '--scope', 'all'), { status: 2, err: /^There is no scope all\.\n\nnpm run keys/ })
})

t.test('a service that signs hands over its public key, and another one before it changes', async t => {
  const { app, config: { DATABASE_URL, REDIS_URL, SESSION_KEYS } } = await build(t)
  const keys = (...args: string[]) => runScript('keys', args, { DATABASE_URL, REDIS_URL, SESSION_KEYS })
  const folder = t.testdir()
  const [first, second] = [newPair('EdDSA'), newPair('ES256')]
  const file = (name: string, content: unknown) => {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
    return join(folder, name)
  }
  const worth = async ({ alg, privateKey }: typeof first, kid: string) =>
    (await askWith(app, compact({ alg, kid }, { iss: 'shop', sub: 'shop', aud: 'https://sessions.example.com', exp: inSeconds(60), jti: `${Math.random()}` }, signatureWith(privateKey)))).statusCode

  const created = await keys('create', 'shop', '--scope', 'sessions:introspect', '--public-key', file('first.jwk', first.publicKey))
  t.match(created, { status: 0, err: '', out: /^shop {2}sessions:introspect\n {2}[0-9a-f]{16} {2}made \S+Z {2}never used {2}signs with EdDSA\n$/ })
  const [, kid = ''] = /\n {2}(\S+)/.exec(created.out) ?? []
  t.equal(await worth(first, kid), 200)
  const rotated = await keys('rotate', 'shop', '--public-key', file('second.jwk', second.publicKey))
  const [, nextKid = ''] = /(\S+) {2}made \S+ {2}never used {2}signs with ES256\n$/.exec(rotated.out) ?? []
  t.strictSame([await until(() => worth(second, nextKid), 200), await worth(first, kid)], [200, 200], 'both work')
  t.match(await keys('revoke', 'shop', kid), { status: 0 })
  t.equal(await until(() => worth(first, kid), 401), 401)
  t.equal(await worth(second, nextKid), 200)

  const { d, ...rest } = first.privateKey.export({ format: 'jwk' })
  const refused = await keys('rotate', 'shop', '--public-key', file('private.jwk', { d, ...rest }))
  t.match(refused, { status: 1, out: '', err: /^This is a private or a secret key, / })
  const pem = await keys('rotate', 'shop', '--public-key', file('private.pem', String(first.privateKey.export({ type: 'pkcs8', format: 'pem' }))))
  t.match(pem, { status: 1, out: '', err: /private\.pem is no JSON Web Key, such as / })
  t.notMatch(pem.err, /BEGIN/, 'nothing of it is repeated')
  t.match(await keys('rotate', 'shop', '--public-key', join(folder, 'none.jwk')), { status: 1, err: /ENOENT/ })
})

/** What was changed elsewhere holds within a second. */
async function until (look: () => Promise<number>, wanted: number): Promise<number> {
  const endsAt = performance.now() + 1000
  let seen = await look()
  while (seen !== wanted && performance.now() < endsAt) {
    await new Promise(resolve => setTimeout(resolve, 20))
    seen = await look()
  }
  return seen
}
