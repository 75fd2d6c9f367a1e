import t from 'tap'
import { build, login } from '../../harness.ts'
import { isInvalid, isProblem } from '../problem.ts'

/** JSON texts of values that must come back as they were sent. */
const values = [
  '"3"', '""', '"caf\u00e9 \u{1f36a} \u4e2d\u6587"', '"\\u0000\\n\\"\\\\"', '"\\ud800"', '" 1 "',
  '0', '3', '-1.5', '0.1', '1e21', '5e-324', '1.7976931348623157e+308', '9007199254740991', '-9007199254740991',
  'true', 'false', 'null',
  '[]', '{}', '[null,[],{},""]', '[1,"1",true,null,{"a":[{"b":[]}]}]',
  '{"":0,"a b":1,"userId":2,"toString":3,"toJSON":4,"hasOwnProperty":null,"$ref":"#","constructor":5,"prototype":6}',
  '"null"', '"[object Object]"', '{"nil":null}'
]

t.test('any JSON value comes back with the same value and type', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const json = { 'content-type': 'application/json' }
  for (const value of values) {
    const put = await alice.call('PUT', '/session/data', `{"key":"k","value":${value}}`, json)
    t.equal(put.statusCode, 200, value)
    t.strictSame(put.json(), { message: 'Session updated', key: 'k', value: JSON.parse(value) })
    const one = await alice.call('GET', '/session/data/k')
    t.equal(one.body, JSON.stringify({ key: 'k', value: JSON.parse(value) }), 'byte for byte')
    t.strictSame((await alice.call('GET', '/session/data')).json(), { data: { k: JSON.parse(value) } })
  }
})

t.test('a negative zero is zero, which JSON does not tell apart', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  await alice.call('PUT', '/session/data', '{"key":"k","value":[-0,-0.0]}', { 'content-type': 'application/json' })
  t.equal((await alice.call('GET', '/session/data/k')).body, '{"key":"k","value":[0,0]}')
})

t.test('a value that would not come back is refused, with its place', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const put = (value: string) => alice.call('PUT', '/session/data', `{"key":"k","value":${value}}`, { 'content-type': 'application/json' })
  isInvalid(t, await put('1e400'), ['body/value'])
  isInvalid(t, await put('-1e400'), ['body/value'])
  isInvalid(t, await put('{"a":[1,{"b/c~":1e999}]}'), ['body/value/a/1/b~1c~0'])
  isInvalid(t, await alice.call('PATCH', '/session/data', '{"ok":1,"a/b":[1e400]}', { 'content-type': 'application/json' }), ['body/a~1b/0'])
  t.strictSame((await alice.call('GET', '/session/data')).json(), { data: {} }, 'nothing was stored')
})

t.test('a value may be nested 1000 levels deep; beyond that it is refused, however deep', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const put = (depth: number) => alice.call('PUT', '/session/data', `{"key":"k","value":${'['.repeat(depth)}${']'.repeat(depth)}}`, { 'content-type': 'application/json' })
  t.equal((await put(1000)).statusCode, 200)
  t.equal((await alice.call('GET', '/session/data/k')).json().value.flat(Infinity).length, 0)
  for (const depth of [1001, 5000, 32_000]) isInvalid(t, await put(depth), [`body/value${'/0'.repeat(1000)}`], `${depth} levels`)
})

t.test('every printable key is a key, in a body and in a URL', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const keys = ['a', '!', '~', 'a/b', '%', '%41', '?x=1#y', '"', '\\', "'", '<script>', '{}', '[0]', '*', ':', '..a', 'userId', 'k'.repeat(64), 'toJSON', 'toString', 'hasOwnProperty', 'valueOf']
  for (const key of keys) {
    t.equal((await alice.call('PUT', '/session/data', { key, value: key })).statusCode, 200, key)
    t.strictSame((await alice.call('GET', `/session/data/${encodeURIComponent(key)}`)).json(), { key, value: key })
  }
  t.strictSame((await alice.call('GET', '/session/data')).json(), { data: Object.fromEntries(keys.map(key => [key, key])) })
  for (const key of keys) t.strictSame((await alice.call('DELETE', `/session/data/${encodeURIComponent(key)}`)).json(), { message: 'Session updated', key })
  t.strictSame((await alice.call('GET', '/session/data')).json(), { data: {} })
})

t.test('what is no key is refused', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  for (const key of ['', ' ', 'a b', 'a\n', '\u00e9', '\u{1f36a}', 'a\0', '\u007f', 'user\u200bId']) {
    isInvalid(t, await alice.call('PUT', '/session/data', { key, value: 1 }), ['body/key'], JSON.stringify(key))
    isInvalid(t, await alice.call('PATCH', '/session/data', { good: 1, [key]: 1 }), [`body/${key}`], `PATCH ${JSON.stringify(key)}`)
    isInvalid(t, await alice.call('GET', `/session/data/${encodeURIComponent(key)}`), ['params/key'])
    isInvalid(t, await alice.call('DELETE', `/session/data/${encodeURIComponent(key)}`), ['params/key'])
  }
  for (const key of [1, null, true, ['a'], { a: 1 }]) isInvalid(t, await alice.call('PUT', '/session/data', { key, value: 1 }), ['body/key'], JSON.stringify(key))
  t.strictSame((await alice.call('GET', '/session/data')).json(), { data: {} })
})

t.test('names with a meaning in JavaScript are refused as keys', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  for (const key of ['__proto__', 'constructor', 'prototype']) {
    isProblem(t, await alice.call('PUT', '/session/data', { key, value: { admin: true } }), 400, 'reserved_key')
    isProblem(t, await alice.call('GET', `/session/data/${key}`), 400, 'reserved_key')
    isProblem(t, await alice.call('DELETE', `/session/data/${key}`), 400, 'reserved_key')
  }
  const patch = (body: string) => alice.call('PATCH', '/session/data', body, { 'content-type': 'application/json' })
  for (const dots of ['.', '..']) {
    isProblem(t, await alice.call('PUT', '/session/data', { key: dots, value: 1 }), 400, 'reserved_key', 'no client could ask for it again: it resolves the dots in a URL first')
    isProblem(t, await patch(`{"${dots}":1}`), 400, 'reserved_key')
  }
  isProblem(t, await patch('{"a":1,"constructor":1}'), 400, 'reserved_key')
  const both = await patch('{"constructor":1,"prototype":null}')
  isProblem(t, both, 400, 'reserved_key')
  t.match(both.json().detail, 'constructor, prototype')
  isProblem(t, await patch('{"a":1,"__proto__":{"admin":true}}'), 400, 'malformed_json')
  isProblem(t, await patch('{"a":{"b":{"__proto__":{"admin":true}}}}'), 400, 'malformed_json')
  isProblem(t, await patch('{"a":{"constructor":{"prototype":{"admin":true}}}}'), 400, 'malformed_json')
  t.strictSame((await alice.call('GET', '/session/data')).json(), { data: {} }, 'nothing was stored')
  t.equal(Object.hasOwn(Object.prototype, 'admin'), false)
})

t.test('PUT stores null as a value and leaves other keys alone', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  await alice.call('PUT', '/session/data', { key: 'a', value: 1 })
  await alice.call('PUT', '/session/data', { key: 'b', value: null })
  t.strictSame((await alice.call('GET', '/session/data')).json(), { data: { a: 1, b: null } })
  isInvalid(t, await alice.call('PUT', '/session/data', { key: 'a' }), ['body/value'], 'absent is not null')
  isInvalid(t, await alice.call('PUT', '/session/data', { key: 'a', value: 1, ttl: 5 }), ['body/ttl'])
})

t.test('PATCH merges all or nothing; null removes', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const patch = (body: object | string) => alice.call('PATCH', '/session/data', body, { 'content-type': 'application/json' })
  const data = async () => (await alice.call('GET', '/session/data')).json().data
  const first = await patch({ a: 1, b: { c: 1, d: 2 }, e: [1] })
  t.strictSame(first.json(), { message: 'Session updated', data: { a: 1, b: { c: 1, d: 2 }, e: [1] } })
  const second = await patch({ a: null, b: { c: 9 }, f: false, nobody: null })
  t.strictSame(second.json(), { message: 'Session updated', data: { a: null, b: { c: 9 }, f: false, nobody: null } })
  t.strictSame(await data(), { b: { c: 9 }, e: [1], f: false }, 'objects are replaced, not merged')
  isProblem(t, await patch({ b: null, e: 'new', constructor: 1 }), 400, 'reserved_key')
  isProblem(t, await patch({ b: null, e: 'x'.repeat(5000) }), 413, 'data_limit_exceeded')
  t.strictSame(await data(), { b: { c: 9 }, e: [1], f: false }, 'a part that is refused refuses the whole')
  isInvalid(t, await patch({}), ['body'], 'an empty change')
  for (const body of ['[]', '"a"', '1', 'null']) isInvalid(t, await patch(body), ['body'], body)
  t.equal((await patch({ 'a~/b': { 'a/b': 1 } })).statusCode, 200)
})

t.test('two writers of different keys never lose each other’s write', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const keys = Array.from({ length: 40 }, (_, i) => `key${i}`)
  const answers = await Promise.all(keys.map((key, i) => i % 2 === 0
    ? alice.call('PUT', '/session/data', { key, value: i })
    : alice.call('PATCH', '/session/data', { [key]: i })))
  t.ok(answers.every(({ statusCode }) => statusCode === 200))
  t.strictSame((await alice.call('GET', '/session/data')).json(), { data: Object.fromEntries(keys.map((key, i) => [key, i])) })
  t.equal((await alice.call('GET', '/session/data')).headers.etag, '"40"', 'one version for each')
})

t.test('data is of this session alone, and ends with it', async t => {
  const { app } = await build(t)
  const [laptop, phone] = [await login(app), await login(app)]
  await laptop.call('PUT', '/session/data', { key: 'a', value: 1 })
  t.strictSame((await phone.call('GET', '/session/data')).json(), { data: {} })
  isProblem(t, await phone.call('GET', '/session/data/a'), 404, 'data_key_not_found')
  await laptop.call('POST', '/logout')
  isProblem(t, await laptop.call('GET', '/session/data'), 401, 'invalid_session')
  isProblem(t, await laptop.call('PUT', '/session/data', { key: 'a', value: 1 }), 401, 'invalid_session')
})

t.test('a key that is not there is 404, to read and to remove', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  isProblem(t, await alice.call('GET', '/session/data/a'), 404, 'data_key_not_found')
  isProblem(t, await alice.call('DELETE', '/session/data/a'), 404, 'data_key_not_found')
  await alice.call('PUT', '/session/data', { key: 'a', value: 1 })
  t.strictSame((await alice.call('DELETE', '/session/data/a')).json(), { message: 'Session updated', key: 'a' })
  isProblem(t, await alice.call('DELETE', '/session/data/a'), 404, 'data_key_not_found', 'a second time')
  isProblem(t, await alice.call('GET', '/session/data/A'), 404, 'data_key_not_found')
})

t.test('every data route needs a live session', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  await alice.call('POST', '/logout')
  const routes = [['GET', '/session/data'], ['GET', '/session/data/a'], ['DELETE', '/session/data/a'], ['PUT', '/session/data', { key: 'a', value: 1 }], ['PATCH', '/session/data', { a: 1 }]] as const
  for (const [method, url, payload] of routes) {
    isProblem(t, await app.inject({ method, url, ...(payload && { payload }) }), 401, 'no_session')
    isProblem(t, await alice.call(method, url, payload), 401, 'invalid_session')
  }
})
