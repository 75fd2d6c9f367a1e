import t, { type Test } from 'tap'
import { createCallerRepository } from '../../src/callers/repository.ts'
import { registeredKey } from '../../src/callers/public-key.ts'
import { issueServiceKey } from '../../src/callers/service-key.ts'
import { newPair } from '../routes/signer.ts'
import { testUsers } from '../users/database.ts'

const shop = { name: 'shop', scopes: ['sessions:introspect' as const, 'sessions:read' as const], dataPrefix: 'shop.' }

async function opened (t: Test) {
  const { database } = await testUsers(t)
  return { database, callers: createCallerRepository(database) }
}

function newKey () {
  const { text: _text, ...key } = issueServiceKey()
  return key
}

t.test('a service is added with its first key, once', async t => {
  const { callers } = await opened(t)
  const key = newKey()
  t.equal(await callers.add(shop, key), true)
  t.equal(await callers.add({ ...shop, scopes: ['admin'] }, newKey()), false, 'the name is taken')
  t.strictSame(await callers.keys(), [{ ...key, caller: shop }])
  const { createdAtMs, keys, ...rest } = await callers.find('shop') ?? {}
  t.strictSame(rest, shop)
  t.ok(Math.abs(Number(createdAtMs) - Date.now()) < 60_000)
  t.match(keys, [{ id: key.id, lastUsedAtMs: null }])
  t.equal(await callers.find('shops'), null)
})

t.test('two keys at most, also if many ask for one at the same time', async t => {
  const { callers } = await opened(t)
  await callers.add(shop, newKey())
  const added = await Promise.all(Array.from({ length: 8 }, () => callers.addKey('shop', newKey())))
  t.equal(added.filter(Boolean).length, 1)
  t.equal(await callers.addKey('nobody', newKey()), false)
  const { keys = [] } = await callers.find('shop') ?? {}
  t.equal(keys.length, 2)
  t.equal(await callers.removeKey('other', keys[0]?.id ?? ''), false, 'somebody else’s')
  t.equal(await callers.removeKey('shop', keys[0]?.id ?? ''), true)
  t.equal(await callers.removeKey('shop', keys[0]?.id ?? ''), false)
  t.equal(await callers.addKey('shop', newKey()), true, 'in the place that is free')
  t.equal((await callers.find('shop'))?.keys.length, 2)
})

t.test('a change leaves out what it does not name; a removal takes the keys along', async t => {
  const { callers } = await opened(t)
  await callers.add(shop, newKey())
  await callers.add({ name: 'audit', scopes: ['admin'], dataPrefix: '' }, newKey())
  t.equal(await callers.change('shop', { scopes: ['sessions:revoke'] }), true)
  t.match(await callers.find('shop'), { scopes: ['sessions:revoke'], dataPrefix: 'shop.' })
  t.equal(await callers.change('shop', { dataPrefix: '' }), true)
  t.match(await callers.find('shop'), { scopes: ['sessions:revoke'], dataPrefix: '' })
  t.equal(await callers.change('nobody', { dataPrefix: '' }), false)
  t.strictSame((await callers.list()).map(({ name }) => name), ['audit', 'shop'])
  t.equal(await callers.remove('shop'), true)
  t.equal(await callers.remove('shop'), false)
  t.strictSame((await callers.keys()).map(({ caller }) => caller.name), ['audit'])
})

t.test('of several last uses the latest counts', async t => {
  const { callers } = await opened(t)
  const key = newKey()
  await callers.add(shop, key)
  for (const ms of [1_700_000_002_000, 1_700_000_001_000]) await callers.noteUses(new Map([[key.id, ms], ['0000000000000000', ms]]))
  t.match(await callers.find('shop'), { keys: [{ id: key.id, lastUsedAtMs: 1_700_000_002_000 }] })
})

t.test('a public key is kept as it is, beside a secret or alone', async t => {
  const { callers } = await opened(t)
  const { publicKey: jwk } = newPair()
  const key = registeredKey(jwk)
  t.equal(await callers.add(shop, key), true)
  t.strictSame(await callers.keys(), [{ ...key, caller: shop }])
  t.equal(await callers.addKey('shop', newKey()), true)
  t.equal(await callers.addKey('shop', registeredKey(newPair('EdDSA').publicKey)), false, 'two keys at most, of whatever kind')
  t.match((await callers.find('shop'))?.keys, [{ id: key.id, publicKey: jwk }, { publicKey: null }])
})

t.test('what does not fit is refused by the table as well', async t => {
  const { database } = await opened(t)
  for (const name of ['', 'Shop', 'a b', '1shop', 'x'.repeat(64)]) await t.rejects(database.query('INSERT INTO callers (name, scopes) VALUES ($1, $2)', [name, []]), { code: '23514' })
})
