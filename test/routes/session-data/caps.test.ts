import type { LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { build, login } from '../../harness.ts'
import { isProblem } from '../problem.ts'

type Login = Awaited<ReturnType<typeof login>>

/** Asserts the 413 that names the cap, what it allows and what was asked for. */
function isOver (t: Test, response: LightMyRequestResponse, cap: string, max: number, actual: number): void {
  isProblem(t, response, 413, 'data_limit_exceeded', cap)
  const body = response.json()
  t.strictSame({ cap: body.cap, max: body.max, actual: body.actual }, { cap, max, actual })
  t.match(body.detail, cap)
  t.match(body.detail, String(actual))
}

async function state (session: Login) {
  const response = await session.call('GET', '/session/data')
  return { ...response.json(), etag: response.headers.etag }
}

const put = (session: Login, key: string, value: unknown) => session.call('PUT', '/session/data', { key, value })

t.test('a key of 64 bytes fits, one of 65 does not', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  t.equal((await put(alice, 'k'.repeat(64), 1)).statusCode, 200)
  const before = await state(alice)
  const long = 'k'.repeat(65)
  isOver(t, await put(alice, long, 1), 'DATA_MAX_KEY_BYTES', 64, 65)
  isOver(t, await alice.call('PATCH', '/session/data', { a: 1, [long]: 1 }), 'DATA_MAX_KEY_BYTES', 64, 65)
  isOver(t, await alice.call('PATCH', '/session/data', { [long]: null }), 'DATA_MAX_KEY_BYTES', 64, 65)
  isOver(t, await alice.call('GET', `/session/data/${long}`), 'DATA_MAX_KEY_BYTES', 64, 65)
  isOver(t, await alice.call('DELETE', `/session/data/${long}`), 'DATA_MAX_KEY_BYTES', 64, 65)
  t.strictSame(await state(alice), before)
})

t.test('a value of 4096 bytes as JSON fits, one of 4097 does not, counted in bytes', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  t.equal((await put(alice, 'a', 'x'.repeat(4094))).statusCode, 200, '4094 letters and two quotes')
  t.equal((await put(alice, 'b', '\u00e9'.repeat(2047))).statusCode, 200, '2047 letters of two bytes')
  t.equal((await put(alice, 'c', Array(2047).fill(1))).statusCode, 200, 'digits, commas and brackets')
  const before = await state(alice)
  isOver(t, await put(alice, 'd', 'x'.repeat(4095)), 'DATA_MAX_VALUE_BYTES', 4096, 4097)
  isOver(t, await put(alice, 'a', `${'\u00e9'.repeat(2047)}x`), 'DATA_MAX_VALUE_BYTES', 4096, 4097)
  isOver(t, await alice.call('PATCH', '/session/data', { z: 1, a: null, b: '\u{1f36a}'.repeat(1024) }), 'DATA_MAX_VALUE_BYTES', 4096, 4098)
  t.strictSame(await state(alice), before)
})

t.test('64 keys fit, the 65th does not; replacing and removing stay possible', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const all = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`k${i}`, i]))
  t.equal((await alice.call('PATCH', '/session/data', all)).statusCode, 200)
  const before = await state(alice)
  isOver(t, await put(alice, 'one-more', 1), 'DATA_MAX_KEYS', 64, 65)
  isOver(t, await alice.call('PATCH', '/session/data', { k0: null, x: 1, y: 2 }), 'DATA_MAX_KEYS', 64, 65)
  t.strictSame(await state(alice), before)
  t.equal((await put(alice, 'k0', 'replaced')).statusCode, 200)
  t.equal((await alice.call('PATCH', '/session/data', { k0: null, x: 1 })).statusCode, 200, 'one goes, one comes')
  t.equal((await alice.call('DELETE', '/session/data/x')).statusCode, 200)
  t.equal((await put(alice, 'one-more', 1)).statusCode, 200)
})

t.test('one request may replace 64 keys by 64 others, and changes no more', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const keys = (name: string, value: unknown) => Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`${name}${i}`, value]))
  t.equal((await alice.call('PATCH', '/session/data', keys('old', 1))).statusCode, 200)
  const before = await state(alice)
  isOver(t, await alice.call('PATCH', '/session/data', { ...keys('old', null), ...keys('new', 2), absent: null }), 'DATA_MAX_KEYS', 128, 129)
  t.strictSame(await state(alice), before)
  t.equal((await alice.call('PATCH', '/session/data', { ...keys('old', null), ...keys('new', 2) })).statusCode, 200)
  t.strictSame((await alice.call('GET', '/session/data')).json().data, keys('new', 2))
})

t.test('a session of 16384 bytes fits, of one more it does not', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const filler = (bytes: number) => 'x'.repeat(bytes - 2)
  // Four keys of two bytes and their values.
  t.equal((await alice.call('PATCH', '/session/data', { k0: filler(4096), k1: filler(4096), k2: filler(4096), k3: filler(4096 - 8) })).statusCode, 200)
  const before = await state(alice)
  isOver(t, await put(alice, 'k3', filler(4096 - 7)), 'DATA_MAX_BYTES', 16_384, 16_385)
  isOver(t, await put(alice, 'k', 1), 'DATA_MAX_BYTES', 16_384, 16_386)
  isOver(t, await alice.call('PATCH', '/session/data', { k0: null, k4: filler(4096), k: 1 }), 'DATA_MAX_BYTES', 16_384, 16_386)
  t.strictSame(await state(alice), before)
  t.equal((await put(alice, 'k3', filler(4096 - 9))).statusCode, 200, 'smaller is possible')
  t.equal((await put(alice, 'k3', filler(4096 - 8))).statusCode, 200, 'and back to the cap')
  t.equal((await alice.call('PATCH', '/session/data', { k0: null, k4: filler(4096) })).statusCode, 200)
})

t.test('the caps are what the configuration says', async t => {
  const { app } = await build(t, { DATA_MAX_KEYS: '2', DATA_MAX_KEY_BYTES: '5', DATA_MAX_VALUE_BYTES: '10', DATA_MAX_BYTES: '24' })
  const alice = await login(app)
  isOver(t, await put(alice, 'longer', 1), 'DATA_MAX_KEY_BYTES', 5, 6)
  isOver(t, await put(alice, 'a', '123456789'), 'DATA_MAX_VALUE_BYTES', 10, 11)
  t.equal((await alice.call('PATCH', '/session/data', { a: 1, b: 2 })).statusCode, 200)
  isOver(t, await put(alice, 'c', 3), 'DATA_MAX_KEYS', 2, 3)
  t.equal((await put(alice, 'b', null)).statusCode, 200)
  t.equal((await alice.call('DELETE', '/session/data/b')).statusCode, 200)
  await put(alice, 'a', '12345678')
  isOver(t, await put(alice, 'bbbb', '12345678'), 'DATA_MAX_BYTES', 24, 25)
  t.equal((await put(alice, 'bbb', '12345678')).statusCode, 200)
})

t.test('what is over a lowered cap can still be made smaller', async t => {
  const { app, config } = await build(t)
  const alice = await login(app)
  await alice.call('PATCH', '/session/data', { a: 'x'.repeat(100), b: 1, c: 1, d: 1 })
  const smaller = await build(t, { ...texts(config), DATA_MAX_KEYS: '2', DATA_MAX_BYTES: '64' })
  const call = (method: 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
    smaller.app.inject({ method, url, ...(payload && { payload }), headers: { 'x-session-id': alice.credential } })
  t.equal((await call('DELETE', '/session/data/d')).statusCode, 200, 'three keys left, two are allowed')
  t.equal((await call('PUT', '/session/data', { key: 'a', value: 'x'.repeat(90) })).statusCode, 200)
  isOver(t, await call('PATCH', '/session/data', { e: 1 }), 'DATA_MAX_KEYS', 2, 4)
  isOver(t, await call('PUT', '/session/data', { key: 'a', value: 'x'.repeat(91) }), 'DATA_MAX_BYTES', 64, 98)
  t.equal((await call('PATCH', '/session/data', { a: null, b: null })).statusCode, 200)
  t.equal((await call('PUT', '/session/data', { key: 'e', value: 1 })).statusCode, 200)
})

t.test('a body over four times the cap is not read at all', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  isProblem(t, await put(alice, 'a', 'x'.repeat(70_000)), 413, 'body_too_large')
  isOver(t, await put(alice, 'a', 'x'.repeat(60_000)), 'DATA_MAX_VALUE_BYTES', 4096, 60_002)
})

/** The configuration of a service as the environment of another one on the same data. */
function texts (config: object): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, String(value)]))
}
