import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Redis } from 'ioredis'
import { createKeys } from '../../../src/store/keys.ts'
import { build, inspector, login } from '../../harness.ts'

/** Every field of the record in Redis, as src/store/keys.ts lists them, those too in which long texts go on. */
const [, table = '', , long = ''] = /Fields of the record\.[^]*?\n \*\n([^]*?)\n \*\n( \* )(.*) go on in p1, p2/.exec(readFileSync(new URL('../../../src/store/keys.ts', import.meta.url), 'utf8')) ?? []
const fields = [
  ...[...table.matchAll(/^ \* {3}(\w+(?:, \w+)*) /gm)].flatMap(([, names = '']) => names.split(', ')),
  ...(long.match(/\b[a-z]{1,2}\b/g) ?? []).filter(name => table.includes(` ${name}`)).flatMap(name => [`${name}1`, `${name}2`])
]
/** And every name under which an answer or the code knows one. */
const names = [
  'id', 'userId', 'user', 'email', 'name', 'role', 'roles', 'profile', 'admin', 'isAdmin', 'sessionId', 'createdAt', 'lastAccessedAt', 'idleExpiresAt',
  'absoluteExpiresAt', 'expiresAt', 'generation', 'secret', 'secretDigest', 'proof', 'current', 'device', 'ipAddress', 'userAgent', 'version', 'etag', 'times',
  'session', 'data', 'key', 'value', 'TTL', 'PX', 'NX', 'KEYS', 'ARGV', '*', 'session:{*', '-1', '0', 'NaN', 'nil', 'false'
]
const javascript = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'toJSON', '__defineGetter__']
/** They look like `userId`, `u` or `__proto__`, and are none. */
const lookAlikes = ['us\u0435rId', '\uff55', '\uff55serId', 'user\u200bId', 'u\u0301', 'u\0', 'u ', ' u', 'u\n', '\u0075\u034f', '__prot\u043e__', '__proto\u200d__', '\u202eu', 'user\u0131d', '\ufe4f\ufe4fproto__']

const values = ['2', 2, null, true, ['u', '2'], [['u', '2'], ['x', '9999999999999']], { u: '2', userId: 2, roles: ['admin'] }, { __proto: { u: 2 } }, '["alice@example.com","Alice","admin"]', '9999999999999', '']

t.test('nothing that a caller stores, removes or asks for reaches what the service knows', async t => {
  t.strictSame(fields.length, 35, fields.join())
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const [alice, bob] = [await login(app), await login(app, 'bob')]
  const keys = [alice, bob].map(({ id }) => createKeys(config.KEY_PREFIX).session(id))
  const before = await Promise.all(keys.map(key => record(redis as Redis, key)))
  const unexpected = new Set<string>()
  const expect = (statusCode: number, ...allowed: number[]) => { if (!allowed.includes(statusCode)) unexpected.add(`${statusCode} instead of ${allowed.join(' or ')}`) }

  for (const key of [...fields, ...names, ...javascript, ...lookAlikes]) {
    for (const value of values) expect((await alice.call('PUT', '/session/data', { key, value })).statusCode, 200, 400)
    expect((await alice.call('PATCH', '/session/data', JSON.stringify({ [key]: { u: '2' } }), { 'content-type': 'application/json' })).statusCode, 200, 400)
    expect((await alice.call('GET', `/session/data/${encodeURIComponent(key)}`)).statusCode, 200, 400)
    expect((await alice.call('DELETE', `/session/data/${encodeURIComponent(key)}`)).statusCode, 200, 400)
    expect((await alice.call('DELETE', `/session/data/${encodeURIComponent(key)}`)).statusCode, 404, 400)
  }
  expect((await alice.call('PATCH', '/session/data', Object.fromEntries(fields.map(field => [field, '2'])))).statusCode, 200)
  expect((await alice.call('PATCH', '/session/data', Object.fromEntries(fields.map(field => [field, null])))).statusCode, 200)
  t.strictSame([...unexpected], [])

  t.strictSame(await Promise.all(keys.map(key => record(redis as Redis, key))), before, 'byte for byte')
  t.match((await alice.call('GET', '/me')).json().user, { id: 1, email: 'alice@example.com', name: 'Alice' })
  t.equal((await alice.call('GET', '/admin/stats')).statusCode, 403)
  t.equal(Object.hasOwn(Object.prototype, 'u'), false)
})

t.test('a key that is a look-alike is refused, so that no list shows two that look the same', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  for (const key of lookAlikes) t.equal((await alice.call('PUT', '/session/data', { key, value: 1 })).statusCode, 400, JSON.stringify(key))
})

t.test('no other part of a request changes whose session it is', async t => {
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const alice = await login(app)
  const key = createKeys(config.KEY_PREFIX).session(alice.id)
  const before = await record(redis as Redis, key)
  const refused = [
    await alice.call('PUT', '/session/data', { key: 'k', value: 1, userId: 2 }),
    await alice.call('PUT', '/session/data?userId=2', { key: 'k', value: 1 }),
    await alice.call('PUT', '/session/data', [['u', '2']]),
    await alice.call('PUT', '/session/data', { key: ['u', 'x'], value: ['2', '3'] }),
    await alice.call('PUT', '/session/data', { key: { u: 1 }, value: 1 }),
    await alice.call('GET', '/sessions?userId=2'),
    await app.inject({ method: 'POST', url: '/login', payload: { email: 'alice@example.com', password: 'password123', userId: 2, roles: ['admin'] } }),
    await app.inject({ method: 'POST', url: '/login', payload: { email: 'alice@example.com', password: 'password123', ipAddress: '6.6.6.6' } })
  ]
  for (const { statusCode, body } of refused) t.equal(statusCode, 400, body)
  const headers = { 'x-user-id': '2', 'x-role': 'admin', 'x-forwarded-user': 'bob', 'x-original-url': '/admin/stats', 'x-http-method-override': 'DELETE', cookie: 'session=x; userId=2' }
  t.match((await alice.call('GET', '/me', undefined, headers)).json().user, { id: 1 })
  t.strictSame(await record(redis as Redis, key), before)
})

/** The record, as bytes, without what a use may change: last touch. */
async function record (redis: Redis, key: string): Promise<Record<string, string>> {
  const { a, ...rest } = await redis.hgetallBuffer(key)
  return Object.fromEntries(Object.entries(rest).map(([field, bytes]) => [field, bytes.toString('hex')]))
}
