import t from 'tap'
import { tagOf } from '../../src/sessions/credential.ts'
import { createKeys } from '../../src/store/keys.ts'
import { build, login } from '../harness.ts'
import { isProblem } from './problem.ts'

t.test('what one device stores the others read, with the type that it has, also after a logout', async t => {
  const { app } = await build(t)
  const [phone, laptop, bob] = [await login(app), await login(app), await login(app, 'bob')]
  for (const value of ['3', 3, 0.1, -1e-7, 2 ** 53, null, true, [], {}, [[]], { a: [{}], é: '\u0000' }]) {
    const put = await phone.call('PUT', '/me/data', { key: 'a', value })
    t.strictSame([put.statusCode, put.json()], [200, { message: 'User data updated', key: 'a', value }])
    const read = await laptop.call('GET', '/me/data/a')
    t.strictSame([read.json(), read.headers.etag], [{ key: 'a', value }, put.headers.etag])
  }
  const patched = await laptop.call('PATCH', '/me/data', { a: null, b: 1, c: [] })
  t.strictSame(patched.json(), { message: 'User data updated', data: { a: null, b: 1, c: [] } })
  t.strictSame((await phone.call('GET', '/me/data')).json(), { data: { b: 1, c: [] } })
  t.strictSame((await phone.call('DELETE', '/me/data/b')).json(), { message: 'User data updated', key: 'b' })
  isProblem(t, await phone.call('DELETE', '/me/data/b'), 404, 'data_key_not_found')
  isProblem(t, await phone.call('GET', '/me/data/b'), 404, 'data_key_not_found')
  t.strictSame((await phone.call('GET', '/session/data')).json(), { data: {} })
  t.strictSame((await bob.call('GET', '/me/data')).json(), { data: {} })
  await phone.call('POST', '/logout')
  await laptop.call('POST', '/logout')
  isProblem(t, await phone.call('GET', '/me/data'), 401, 'invalid_session')
  t.strictSame((await (await login(app)).call('GET', '/me/data')).json(), { data: { c: [] } })
})

t.test('a key may be called as a route is', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  await alice.call('PUT', '/me/data', { key: 'operations', value: 1 })
  t.match((await alice.call('GET', '/me/data/operations')).json(), { key: 'operations', value: 1 })
  t.equal((await alice.call('DELETE', '/me/data/operations')).statusCode, 200)
  isProblem(t, await alice.call('GET', '/me/data/operations'), 404, 'data_key_not_found')
})

t.test('a change that is made from the current version is made, whatever it is and whoever makes it', async t => {
  const { app } = await build(t)
  const [phone, laptop] = [await login(app), await login(app)]
  const etag = async () => String((await phone.call('GET', '/me/data')).headers.etag)
  for (const [method, url, body] of [['PUT', '/me/data', { key: 'a', value: 3 }], ['PATCH', '/me/data', { a: 4 }], ['POST', '/me/data/operations', { operations: [{ op: 'increment', key: 'a', value: 1 }] }], ['DELETE', '/me/data/a', undefined]] as const) {
    t.equal((await laptop.call(method, url, body, { 'if-match': await etag() })).statusCode, 200, method)
  }
})

t.test('a condition that does not hold changes nothing and tells the current version', async t => {
  const { app } = await build(t)
  const [phone, laptop] = [await login(app), await login(app)]
  const { etag = '' } = (await phone.call('PUT', '/me/data', { key: 'a', value: 1 }, { 'if-match': '"0"' })).headers
  const { etag: later } = (await laptop.call('PUT', '/me/data', { key: 'a', value: 2 }, { 'if-match': String(etag) })).headers
  for (const [method, url, body] of [['PUT', '/me/data', { key: 'a', value: 3 }], ['PATCH', '/me/data', { a: 3 }], ['DELETE', '/me/data/a', undefined], ['POST', '/me/data/operations', { operations: [{ op: 'increment', key: 'a', value: 1 }] }]] as const) {
    const answer = await phone.call(method, url, body, { 'if-match': String(etag) })
    isProblem(t, answer, 412, 'version_conflict')
    t.strictSame([answer.headers.etag, answer.json().currentETag], [later, later])
  }
  t.equal((await phone.call('GET', '/me/data')).headers.etag, later)
})

t.test('operations are applied in their order, all or none, as one version', async t => {
  const { app } = await build(t)
  const [phone, laptop] = [await login(app), await login(app)]
  const operate = (...operations: object[]) => phone.call('POST', '/me/data/operations', { operations })
  const first = await operate({ op: 'increment', key: 'plays', value: 2 }, { op: 'append', key: 'recent', value: 'a' }, { op: 'addToSet', key: 'recent', value: 'a' }, { op: 'append', key: 'recent', value: [] })
  t.strictSame([first.statusCode, first.json()], [200, { message: 'User data updated', data: { plays: 2, recent: ['a', []] } }])
  const second = await operate({ op: 'increment', key: 'plays', value: -0.5 }, { op: 'remove', key: 'recent', value: 'a' }, { op: 'increment', key: 'plays', value: 1 })
  t.strictSame(second.json().data, { plays: 2.5, recent: [[]] })
  t.equal(Number(String(second.headers.etag).slice(1, -1)), Number(String(first.headers.etag).slice(1, -1)) + 1)
  t.strictSame((await laptop.call('GET', '/me/data')).json(), { data: { plays: 2.5, recent: [[]] } })

  const refused = await operate({ op: 'increment', key: 'plays', value: 1 }, { op: 'increment', key: 'recent', value: 1 })
  isProblem(t, refused, 409, 'operation_failed')
  t.equal(refused.json().index, 1)
  isProblem(t, await operate({ op: 'append', key: 'recent', value: 'x'.repeat(4000) }, { op: 'append', key: 'recent', value: 'x'.repeat(4000) }), 413, 'data_limit_exceeded')
  const unchanged = await operate({ op: 'addToSet', key: 'recent', value: [] }, { op: 'remove', key: 'nothing', value: 1 })
  t.strictSame([unchanged.json().data, unchanged.headers.etag], [{ recent: [[]] }, second.headers.etag], 'what changes nothing is no version')
})

t.test('operations that do not fit the schema are 400', async t => {
  const { app } = await build(t)
  const phone = await login(app)
  const fitting = { op: 'increment', key: 'a', value: 1 }
  for (const operations of [[], [{ ...fitting, op: 'multiply' }], [{ op: 'increment', key: 'a' }], [{ ...fitting, path: 'a' }], [{ ...fitting, path: '/~2' }], [{ ...fitting, more: 1 }], [{ ...fitting, value: '1' }], [{ ...fitting, key: 'a b' }], Array.from({ length: 65 }, () => fitting)]) {
    isProblem(t, await phone.call('POST', '/me/data/operations', { operations }), 400, 'validation_failed', JSON.stringify(operations.slice(0, 1)))
  }
  isProblem(t, await phone.call('POST', '/me/data/operations', { operations: [{ ...fitting, key: '__proto__' }] }), 400, 'reserved_key')
  t.strictSame((await phone.call('GET', '/me/data')).json(), { data: {} })
})

t.test('an account that is deleted takes along what its devices shared', async t => {
  const { app, config } = await build(t)
  const admin = await login(app, 'admin')
  const bob = await login(app, 'bob')
  await bob.call('PUT', '/me/data', { key: 'a', value: 1 })
  const { id } = (await bob.call('GET', '/me')).json().user
  const key = createKeys(config.KEY_PREFIX).userData(tagOf(String(id)), String(id))
  t.equal(await app.redis.exists(key), 1)
  t.equal((await admin.call('DELETE', `/admin/users/${id}`)).statusCode, 200)
  t.equal(await app.redis.exists(key), 0)
})
