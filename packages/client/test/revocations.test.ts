import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createRevocations, createVerifier, type Client, type Revocation, type RevocationsOptions } from '../src/index.ts'

const sleep = (ms: number) => new Promise(resolve => { setTimeout(resolve, ms) })
const until = async (holds: () => boolean): Promise<void> => { while (!holds()) await sleep(2) }
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

const session = (sid: string, more: Partial<Revocation> = {}): Revocation => ({ position: '1-0', sub: '1', sid, reason: 'logged_out', exp: inSeconds(360), ...more })
const user = (before: number, more: Partial<Revocation> = {}): Revocation => ({ position: '1-0', sub: '1', before, reason: 'ended_all', exp: inSeconds(360), ...more })

/** A feed that says what a test has it say. */
async function feed (t: Test, options: Partial<RevocationsOptions> = {}) {
  const asked: IncomingMessage[] = []
  const open: ServerResponse[] = []
  const state = { refuse: null as null | { status: number, body: object } }
  const server = createServer((request, response) => {
    asked.push(request)
    const { refuse } = state
    if (refuse !== null) return response.writeHead(refuse.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(refuse.body))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 1000\n\n')
    open.push(response)
    response.on('close', () => open.splice(open.indexOf(response), 1))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const errors: unknown[] = []
  const revocations = createRevocations({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, key: 'ssk_key', onError: error => errors.push(error), ...options })
  t.teardown(() => {
    revocations.close()
    server.closeAllConnections()
    server.close()
  })
  const write = (text: string) => { for (const response of open) response.write(text) }
  const say = (said: Revocation[], { position = '1-0', more = false, ageMs = 5 } = {}) =>
    write(`id: ${position}\nevent: revocations\ndata: ${JSON.stringify({ revocations: said, position, more, ageMs })}\n\n`)
  await until(() => open.length > 0 || state.refuse !== null)
  return { revocations, asked, open, state, errors, write, say }
}

t.test('each connection has an assertion of its own, and one that cannot be signed is tried again', async t => {
  let signed = 0
  const assertion = async () => {
    if (++signed === 2) throw new Error('the key is locked')
    return `eyJ${signed}`
  }
  const { asked, open, errors } = await feed(t, { assertion })
  open[0]?.destroy()
  await until(() => asked.length === 2)
  t.strictSame(asked.map(({ headers }) => headers.authorization), ['Bearer eyJ1', 'Bearer eyJ3'])
  t.match(errors.at(-1), { code: 'unreachable', cause: { message: 'the key is locked' } })
})

t.test('it asks as the service does, and remembers what it is told', async t => {
  const { revocations, asked, say, write } = await feed(t)
  t.match(asked[0], { url: '/v1/revocations', headers: { accept: 'text/event-stream', authorization: 'Bearer ssk_key' } })
  t.notOk('last-event-id' in (asked[0]?.headers ?? {}))
  t.equal(revocations.ageMs(), Infinity)
  t.equal(await revocations.isCurrent(1000, 50), false)
  const heard: Revocation[][] = []
  revocations.listen(news => heard.push(news))
  const current = revocations.isCurrent(1000, 5000)
  say([session('a'), user(1000, { except: 'kept', sub: '2' })])
  t.equal(await current, true)
  t.ok(revocations.ageMs() >= 5 && revocations.ageMs() < 1000)
  t.strictSame(heard, [[session('a'), user(1000, { except: 'kept', sub: '2' })]])
  const is = (sub: string, sid: string, authenticatedAtMs?: unknown) => revocations.isRevoked({ sub, sid, auth_time_ms: authenticatedAtMs })
  t.ok(is('1', 'a', 5000))
  t.notOk(is('1', 'b', 5000))
  t.ok(is('2', 'b', 1000) && is('2', 'b', 999), 'whoever was authenticated until then')
  t.notOk(is('2', 'b', 1001), 'not who has been since')
  t.notOk(is('2', 'kept', 999), 'nor the one that goes on')
  t.ok(is('2', 'b') && is('2', 'b', 'x'), 'one that does not say when may have been before')

  say([user(2000, { sub: '2', except: 'other' })])
  await until(() => heard.length === 2)
  t.ok(is('2', 'kept', 1500), 'the second end has ended it')
  t.ok(is('2', 'other', 900), 'and the first one this one')
  write(': a comment\n\nevent: x\nda')
  write(`ta: ${JSON.stringify({ revocations: [session('split')], position: '2-0', more: false, ageMs: 1 })}\n\n`)
  await until(() => heard.length === 3)
  t.ok(is('1', 'split'))
})

t.test('an end of everybody is one of each user, and is forgotten like any other', async t => {
  let now = 0
  const { revocations, say, write } = await feed(t, { clock: () => now })
  const everybody: Revocation = { position: '1-0', before: 1000, reason: 'everybody_ended', exp: inSeconds(-1) }
  say([everybody, user(2000, { sub: '2' })])
  const is = (sub: string, authenticatedAtMs: number) => revocations.isRevoked({ sub, sid: 'a', auth_time_ms: authenticatedAtMs })
  await until(() => is('1', 1000))
  t.notOk(is('1', 1001))
  t.ok(is('2', 1500))
  now += 11_000
  write(`data: ${JSON.stringify({ revocations: [], position: '2-0', more: false, ageMs: 1 })}\n\n`)
  await until(() => !is('1', 1000))
  t.ok(is('2', 1500))
})

t.test('with more to come it is not known yet what has ended', async t => {
  const { revocations, say } = await feed(t)
  say([session('a')], { more: true })
  await until(() => revocations.isRevoked({ sub: '1', sid: 'a' }))
  t.equal(revocations.ageMs(), Infinity)
  say([])
  await until(() => revocations.ageMs() < 1000)
})

t.test('a connection that breaks is made anew and goes on where it was', async t => {
  const { revocations, asked, open, say } = await feed(t)
  say([session('a')], { position: '7-0' })
  await until(() => revocations.ageMs() < 1000)
  open[0]?.end()
  await until(() => asked.length === 2)
  t.match(asked[1], { headers: { 'last-event-id': '7-0' } })
  open[0]?.destroy()
  await until(() => asked.length === 3)
  t.ok(revocations.isRevoked({ sub: '1', sid: 'a' }), 'and nothing is forgotten')
})

t.test('so is one that falls silent', async t => {
  const { revocations, asked, errors, say } = await feed(t, { silenceMs: 100 })
  say([], { position: '7-0' })
  await until(() => asked.length === 2)
  t.match(errors[0], { code: 'unreachable' })
  await until(() => revocations.ageMs() > 150)
  t.equal(await revocations.isCurrent(100, 20), false, 'it knows that it does not know')
})

t.test('from a position that is too old it begins again', async t => {
  const { asked, open, state, say, revocations, errors } = await feed(t)
  say([], { position: '7-0' })
  await until(() => revocations.ageMs() < 1000)
  state.refuse = { status: 410, body: { code: 'position_too_old', detail: 'x' } }
  open[0]?.destroy()
  await until(() => asked.length === 2)
  state.refuse = null
  await until(() => asked.length === 3)
  t.match(asked[1], { headers: { 'last-event-id': '7-0' } })
  t.notOk('last-event-id' in (asked[2]?.headers ?? {}))
  t.ok(errors.every(error => Object(error).code === 'unreachable'), 'that is no error')
})

t.test('what refuses it is told, each time it tries again', async t => {
  const { open, state, errors, asked } = await feed(t)
  state.refuse = { status: 403, body: { code: 'insufficient_scope', detail: 'x' } }
  open[0]?.destroy()
  await until(() => asked.length >= 3)
  t.match(errors.at(-1), { code: 'insufficient_scope', status: 403 })
})

t.test('what does not matter any more is forgotten', async t => {
  let now = 0
  const { revocations, say } = await feed(t, { clock: () => now })
  const is = (sub: string, sid: string) => revocations.isRevoked({ sub, sid, auth_time_ms: 1 })
  say([session('old', { exp: inSeconds(-1) }), session('new'), user(5, { sub: '2', exp: inSeconds(-1) }), user(5, { sub: '3', exp: inSeconds(-1) }), user(5, { sub: '3' })])
  await until(() => is('1', 'new'))
  t.ok(is('1', 'old') && is('2', 'x') && is('3', 'x'))
  now = 10_001
  say([])
  await until(() => !is('1', 'old'))
  t.notOk(is('2', 'x'))
  t.ok(is('1', 'new') && is('3', 'x'))
})

t.test('a fault of whoever is told changes nothing; closing ends the pause before the next try', async t => {
  let told = 0
  const { open, state, asked, revocations } = await feed(t, { onError () { told++; throw new Error('a fault') } })
  state.refuse = { status: 503, body: { code: 'store_unavailable', detail: 'x' } }
  open[0]?.destroy()
  await until(() => told >= 3)
  t.ok(asked.length >= 3)
  revocations.close()
  const count = asked.length
  await sleep(1000)
  t.equal(asked.length, count)
})

t.test('closed, it asks no more', async t => {
  const { revocations, open, asked } = await feed(t)
  revocations.close()
  await until(() => open.length === 0)
  await sleep(600)
  t.equal(asked.length, 1)
})

const credential = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}.1.${'x'.repeat(64)}`

/** Sessions by their number; those of a user are ten. */
function verifier ({ delayMs = 0, maxEntries = 100 } = {}) {
  let hear = (_revocations: Revocation[]): void => {}
  let asked = 0
  const introspectBatch = (async ({ body: { tokens } }: { body: { tokens: string[] } }) => {
    asked += tokens.length
    await sleep(delayMs)
    return { headers: new Headers({ 'x-keep-ms': '1000' }), body: { results: tokens.map(token => Number(token.slice(24, 36))).map(i => i < 0 || Number.isNaN(i) ? { active: false } : { active: true, sub: String(Math.floor(i / 10)), sid: String(i) }) } }
  }) as unknown as Client['introspectBatch']
  const { verify } = createVerifier({ client: { introspectBatch }, maxEntries, revocations: { listen: callBack => { hear = callBack } } })
  return { verify: async (i: number) => verify(credential(i)), hear: (news: Revocation[]) => hear(news), asked: () => asked }
}

t.test('a verdict on a session that has ended is forgotten, and no other', async t => {
  const { verify, hear, asked } = verifier()
  for (const i of [10, 11, 20]) await verify(i)
  hear([session('10', { sub: '1' }), session('20', { sub: '1' }), session('99', { sub: '9' })])
  for (const i of [10, 11, 20]) await verify(i)
  t.equal(asked(), 4, 'of the one that has ended')
})

t.test('when all of a user have ended, all of that user are', async t => {
  const { verify, hear, asked } = verifier()
  for (const i of [10, 11, 20]) await verify(i)
  hear([user(5, { sub: '1', except: '11' })])
  for (const i of [10, 11, 20]) await verify(i)
  t.equal(asked(), 5)
  await verify(11)
  t.equal(asked(), 5)
})

t.test('when everybody’s have ended, all are forgotten, also those on their way', async t => {
  const { verify, hear, asked } = verifier({ delayMs: 20 })
  for (const i of [10, 20, -1]) await verify(i)
  const asking = verify(30)
  await sleep(5)
  hear([{ position: '1-0', before: 5, reason: 'everybody_ended', exp: inSeconds(360) }])
  await asking
  for (const i of [10, 20, 30]) await verify(i)
  t.equal(asked(), 7)
})

t.test('a verdict that was on its way when the session ended is given to who asked, and not remembered', async t => {
  const { verify, hear, asked } = verifier({ delayMs: 20 })
  const asking = [verify(10), verify(11), verify(20)]
  await sleep(5)
  hear([session('10', { sub: '1' }), user(5, { sub: '2' })])
  t.ok((await Promise.all(asking)).every(verdict => verdict !== null))
  for (const i of [10, 11, 20]) await verify(i)
  t.equal(asked(), 5)
  for (const i of [10, 11, 20]) await verify(i)
  t.equal(asked(), 5, 'what is asked afterwards is')
})

t.test('what is forgotten for lack of room is not looked for', async t => {
  const { verify, hear, asked } = verifier({ maxEntries: 1 })
  await verify(10)
  await verify(11)
  hear([session('10', { sub: '1' })])
  await verify(11)
  t.equal(asked(), 2)
})
