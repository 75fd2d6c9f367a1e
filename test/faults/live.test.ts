/*
 * An instance with live connections is killed: two processes of the service on one Redis, a television at the one and a phone at the other. And a client is killed that has a lease.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import { WebSocket } from 'ws'
import { testConfig } from '../harness.ts'
import { logIn, runServer, until } from '../server-process.ts'

/** What GET /sessions says of who is online is right to this. */
const ONLINE_MS = 5000

interface Told { id?: string, type: string, [detail: string]: unknown }

/** What comes through a socket, behind a position. */
async function listen (t: Test, url: string | null, credential: string, after = '') {
  const socket = new WebSocket(`${String(url).replace('http', 'ws')}/session/events${after}`, { headers: { 'x-session-id': credential } })
  t.teardown(() => socket.terminate())
  socket.on('error', () => {})
  const all: Told[] = []
  socket.on('message', data => all.push(JSON.parse(String(data)) as Told))
  const closed = once(socket, 'close')
  await until(() => all.length > 0)
  return { all, closed }
}

t.test('an instance is killed: presence repairs, what its sessions hold stays theirs, and who comes back to another one misses nothing', async t => {
  const { REDIS_URL, DATABASE_URL, SESSION_KEYS, KEY_PREFIX } = await testConfig(t)
  const env = { REDIS_URL, DATABASE_URL, SESSION_KEYS, KEY_PREFIX, DEMO_USERS: 'true', LOG_LEVEL: 'silent', CHANNEL_LIMITS: 'streams:1' }
  const dying = runServer(t, env)
  const [one, two] = await Promise.all([dying.url, runServer(t, env).url])
  const [tv, phone] = [await logIn(one), await logIn(two)]
  const ask = async (credential: string, method: string, path: string, body?: object) => {
    const headers = { 'x-session-id': credential, ...body && { 'content-type': 'application/json' } }
    const response = await fetch(`${two}${path}`, { method, headers, ...body && { body: JSON.stringify(body) } })
    return { status: response.status, body: await response.json() as Record<string, unknown> }
  }
  const online = async () => {
    const { body } = await ask(phone, 'GET', '/sessions')
    return (body.sessions as Array<{ sessionId: string, online: boolean }>).filter(({ online }) => online).map(({ sessionId }) => sessionId)
  }
  const write = (value: number) => ask(phone, 'PUT', '/me/data', { key: 'volume', value })
  const volumes = (all: Told[]) => all.filter(({ type }) => type === 'data.changed').map(({ value }) => value)

  const before = await listen(t, one, tv)
  await until(async () => (await online()).length === 1)
  t.strictSame(await online(), [tv.slice(0, 36)])
  t.match(await ask(tv, 'PUT', '/me/active/playback', { state: { positionMs: 4000 } }), { status: 200 })
  t.match(await ask(tv, 'POST', '/me/leases/streams'), { status: 200 })
  await write(1)
  await until(() => volumes(before.all).length === 1)

  dying.child.kill('SIGKILL')
  const killedAtMs = performance.now()
  await before.closed
  for (const value of [2, 3]) await write(value)
  await until(async () => (await online()).length === 0)
  const ms = performance.now() - killedAtMs
  t.ok(ms < ONLINE_MS, `nobody is online after ${Math.round(ms)} ms`)

  t.match((await ask(phone, 'GET', '/me/active/playback')).body, { holder: tv.slice(0, 36), state: { positionMs: 4000 } }, 'who only lost its connection holds what it held')
  t.match(await ask(phone, 'POST', '/me/leases/streams'), { status: 409, body: { code: 'lease_limit_reached' } })
  t.match(await ask(tv, 'POST', '/me/leases/streams'), { status: 200 }, 'and renews its lease at another instance')

  const after = await listen(t, two, tv, `?after=${String(before.all.at(-1)?.id)}`)
  await until(() => volumes(after.all).length >= 2)
  await write(4)
  await until(() => volumes(after.all).includes(4))
  t.strictSame(volumes(after.all), [2, 3, 4], 'each once, in order')
  t.notOk(after.all.some(({ type }) => type === 'reset'))
  await until(async () => (await online()).length === 1)

  t.match(await ask(phone, 'DELETE', `/sessions/${tv.slice(0, 36)}`), { status: 200 })
  t.match(await ask(phone, 'POST', '/me/leases/streams'), { status: 200 }, 'what ended gave its place back at once')
  t.match((await ask(phone, 'GET', '/me/active/playback')).body, { holder: null, state: { positionMs: 4000 } })
  t.equal((await after.closed)[0], 4401)
})

/** What a television does while it shows something: it renews its lease every second, and prints until when it has the place. */
const television = `
  const { SERVICE, CREDENTIAL } = process.env
  async function renew () {
    const { holders } = await (await fetch(SERVICE + '/me/leases/streams', { method: 'POST', headers: { 'x-session-id': CREDENTIAL } })).json()
    console.log(holders[0].until)
  }
  renew()
  setInterval(renew, 1000)
`

t.test('a client is killed: nobody has its place before its lease has run out, and everybody may afterwards', async t => {
  const { REDIS_URL, DATABASE_URL, SESSION_KEYS, KEY_PREFIX } = await testConfig(t)
  const leaseSeconds = 5
  const url = await runServer(t, { REDIS_URL, DATABASE_URL, SESSION_KEYS, KEY_PREFIX, DEMO_USERS: 'true', LOG_LEVEL: 'silent', CHANNEL_LIMITS: 'streams:1', LEASE_SECONDS: String(leaseSeconds) }).url
  const [tv, phone] = [await logIn(url), await logIn(url)]
  const client = spawn(process.execPath, ['-e', television], { env: { SERVICE: String(url), CREDENTIAL: tv }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => client.kill('SIGKILL'))
  const renewals: number[] = []
  createInterface(client.stdout).on('line', until => renewals.push(Number(until)))
  await until(() => renewals.length === 3)
  t.ok(Number(renewals[2]) - Number(renewals[0]) > 1500, 'it is renewed')
  client.kill('SIGKILL')
  const killedAtMs = Date.now()

  const take = async () => (await fetch(`${url}/me/leases/streams`, { method: 'POST', headers: { 'x-session-id': phone } })).status
  t.equal(await take(), 409)
  await until(async () => await take() === 200)
  const freeAtMs = Date.now()
  t.ok(freeAtMs >= Number(renewals.at(-1)), 'not before it has run out')
  t.ok(freeAtMs - killedAtMs < leaseSeconds * 1000 + 500, `free after ${freeAtMs - killedAtMs} ms`)
})
