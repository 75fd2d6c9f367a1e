import t from 'tap'
import { build, buildAnother, inspector, login, keysOf as everyKey } from '../../harness.ts'
import { socketOf, streamOf, type Told } from './clients.ts'

const idsOf = (events: Told[]) => events.map(({ id }) => id)
const keysOf = (events: Told[]) => events.filter(({ type }) => type === 'data.changed').map(({ key }) => key)

t.test('who comes back gets everything that it missed, once, while more is written', async t => {
  const { app, config } = await build(t, { DATA_MAX_KEYS: '200' })
  const other = await buildAnother(t, config)
  const alice = await login(app)
  const write = (key: string) => other.inject({ method: 'PUT', url: '/session/data', payload: { key, value: 1 }, headers: { 'x-session-id': alice.credential } })
  const begun = await socketOf(t, app, alice.credential)
  await begun.next('ready')
  begun.socket.close()
  await begun.closed
  const seen = [...begun.all]
  let after = begun.all.at(-1)?.id
  const writing = { isOn: true }
  const written = (async () => {
    for (let i = 0; i < 120; i++) await write(`k${i}`)
    writing.isOn = false
  })()
  for (let round = 0; writing.isOn; round++) {
    const { socket, next, all, closed } = await socketOf(t, round % 2 === 0 ? app : other, alice.credential, { after })
    await next('ready')
    if (writing.isOn) await next('data.changed')
    socket.close()
    await closed
    seen.push(...all)
    after = all.findLast(({ id }) => id !== undefined)?.id
  }
  await written
  const { all, next } = await socketOf(t, app, alice.credential, { after })
  await next('ready')
  await write('last')
  while (!keysOf(all).includes('last')) await next('data.changed')
  seen.push(...all)
  t.strictSame(keysOf(seen), [...Array.from({ length: 120 }, (_, i) => `k${i}`), 'last'], 'no gap, in order')
  t.equal(new Set(idsOf(seen)).size, seen.length, 'no id comes twice')
})

t.test('by Last-Event-ID it is the same, and comes before after', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const first = await streamOf(t, app, { 'x-session-id': alice.credential })
  const { id = '' } = await first.next('ready')
  first.leave()
  const joined = await login(app)
  const again = await streamOf(t, app, { 'x-session-id': alice.credential, 'last-event-id': id })
  await again.next('ready')
  t.match(await again.next('device.joined'), { sessionId: joined.id })
})

t.test('where it is not known what was missed, that is said', async t => {
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const alice = await login(app)
  const own = { id: alice.id }
  t.match(await (await socketOf(t, app, alice.credential, { after: '1' })).next('reset'), { sessionId: own.id }, 'too old')
  t.match(await (await socketOf(t, app, alice.credential, { after: '999999999999999' })).next('reset'), { sessionId: own.id }, 'never told')

  const { next, all } = await socketOf(t, app, alice.credential)
  await next('ready')
  for (let i = 0; i < 3; i++) await alice.call('PUT', '/session/data', { key: 'a', value: i })
  while (keysOf(all).length < 3) await next('data.changed')
  await redis.del(`${config.KEY_PREFIX}user-events:{${alice.id.slice(0, 4)}}:1`)
  // Nothing more is told by a log that is lost, until somebody looks: here somebody who comes.
  await (await socketOf(t, app, alice.credential)).next('ready')
  t.match(await next('reset'), { sessionId: own.id }, 'lost meanwhile')
  await alice.call('PUT', '/session/data', { key: 'b', value: 1 })
  t.match(await next('data.changed'), { key: 'b' })
})

t.test('a log has its most recent events only', async t => {
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const alice = await login(app)
  const { next, all } = await socketOf(t, app, alice.credential)
  const { id } = await next('ready')
  for (let i = 0; i < 140; i++) await alice.call('PUT', '/session/data', { key: 'a', value: i })
  while (keysOf(all).length < 140) await next('data.changed')
  t.equal(await redis.llen(`${config.KEY_PREFIX}user-events:{${alice.id.slice(0, 4)}}:1`), 129, '128, and the one behind which nothing is missing')
  await (await socketOf(t, app, alice.credential, { after: id })).next('reset')
  const dropped = all.filter(({ type }) => type === 'data.changed').at(-129)?.id ?? ''
  const { next: nextBehind, all: behind } = await socketOf(t, app, alice.credential, { after: dropped })
  await nextBehind('ready')
  while (keysOf(behind).length < 128) await nextBehind('data.changed')
  await (await socketOf(t, app, alice.credential, { after: String(Number(dropped) - 1) })).next('reset')
})

for (const [keys, env] of [[64, {}], [512, { DATA_MAX_KEYS: '512' }]] as const) {
  t.test(`one request that removes ${keys} keys and sets as many others is told whole, to who listens and to who comes back`, async t => {
    const { app, config } = await build(t, env)
    const redis = await inspector(t)
    const alice = await login(app)
    const valuesOf = (letter: string, value: number | null) => Object.fromEntries(Array.from({ length: keys }, (_, i) => [`${letter}${i}`, value]))
    t.equal((await alice.call('PATCH', '/me/data', valuesOf('a', 1))).statusCode, 200)
    const { next, all } = await socketOf(t, app, alice.credential)
    const { id: after } = await next('ready')
    t.equal((await alice.call('PATCH', '/me/data', { ...valuesOf('a', null), ...valuesOf('b', 2) })).statusCode, 200)
    const names = [...Object.keys(valuesOf('a', 1)), ...Object.keys(valuesOf('b', 1))].sort()
    while (keysOf(all).length < 2 * keys) await next('data.changed')
    t.strictSame([keysOf(all).sort(), all.length], [names, 1 + 2 * keys])
    const { next: nextAgain, all: again } = await socketOf(t, app, alice.credential, { after })
    await nextAgain('ready')
    while (keysOf(again).length < 2 * keys) await nextAgain('data.changed')
    t.strictSame(keysOf(again).sort(), names)
    t.equal((await alice.call('PUT', '/me/data', { key: 'b0', value: 3 })).statusCode, 200)
    t.equal(await redis.llen(`${config.KEY_PREFIX}user-events:{${alice.id.slice(0, 4)}}:1`), 129, 'and the next one makes the log short again')
  })
}

t.test('nobody listens: nothing is kept', async t => {
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const alice = await login(app)
  await alice.call('PUT', '/session/data', { key: 'a', value: 1 })
  t.strictSame(await everyKey(redis, `${config.KEY_PREFIX}user-events:*`), [])
  const { next } = await socketOf(t, app, alice.credential)
  await next('ready')
  const [key = ''] = await everyKey(redis, `${config.KEY_PREFIX}user-events:*`)
  const ttl = await redis.pttl(key)
  t.ok(ttl > 290_000 && ttl <= 300_000)
  t.ok(Number(await redis.call('MEMORY', 'USAGE', key)) < 400)
})
