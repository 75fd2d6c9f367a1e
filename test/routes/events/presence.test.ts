import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { build, buildAnother, inspector, keysOf, login } from '../../harness.ts'
import { socketOf, streamOf } from './clients.ts'

t.test('a list shows which sessions have a live connection, to any instance', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const [alice, second] = [await login(app), await login(app)]
  const onlineAt = async (): Promise<string[]> => (await alice.call('GET', '/sessions')).json<{ sessions: Array<{ sessionId: string, online: boolean }> }>().sessions.filter(({ online }) => online).map(({ sessionId }) => sessionId)
  const until = async (ids: string[]) => {
    const startedAtMs = performance.now()
    while ((await onlineAt()).join() !== ids.join()) {
      if (performance.now() - startedAtMs > 5000) break
      await sleep(10)
    }
    t.strictSame(await onlineAt(), ids)
  }
  t.strictSame(await onlineAt(), [])
  const socket = await socketOf(t, other, second.credential)
  const stream = await streamOf(t, app, { 'x-session-id': second.credential })
  await Promise.all([socket.next('ready'), stream.next('ready')])
  await until([second.id])
  stream.leave()
  await sleep(50)
  await until([second.id])
  socket.socket.close()
  await until([])
})

t.test('a socket whose client vanished without a word is online for two heartbeats at most', async t => {
  const { app } = await build(t, { EVENTS_HEARTBEAT_SECONDS: '2' })
  const [alice, second] = [await login(app), await login(app)]
  const online = async () => (await alice.call('GET', '/sessions')).json<{ sessions: Array<{ sessionId: string, online: boolean }> }>().sessions.find(({ sessionId }) => sessionId === second.id)?.online
  const { socket, next } = await socketOf(t, app, second.credential)
  await next('ready')
  while (!await online()) await sleep(10)
  // The connection is there, and nobody answers.
  socket.pause()
  const vanishedAtMs = performance.now()
  while (await online()) await sleep(20)
  const ms = performance.now() - vanishedAtMs
  t.ok(ms > 1000 && ms < 5000, `${Math.round(ms)} ms`)
})

t.test('what an instance that was killed left behind is not shown, and taken away', async t => {
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const alice = await login(app)
  const hash = `${config.KEY_PREFIX}user-presence:{${alice.id.slice(0, 4)}}:1`
  const hex = alice.id.replaceAll('-', '').slice(4)
  const [killed, alive] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']
  await redis.hset(hash, `${hex} ${killed}`, '1')
  await redis.pexpire(hash, 10_000)
  const list = async () => (await alice.call('GET', '/sessions')).json().sessions[0].online
  t.equal(await list(), false)
  while (await redis.exists(hash) === 1) await sleep(5)
  await redis.hset(hash, `${hex} ${killed}`, '1', `${hex} ${alive}`, '1')
  await redis.pexpire(hash, 10_000)
  await redis.set(`${config.KEY_PREFIX}events-instance:${alive}`, '1', 'PX', 4000)
  t.equal(await list(), true)
})

t.test('an instance that has connections says that it is there', async t => {
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const alice = await login(app)
  const lease = async () => (await keysOf(redis, `${config.KEY_PREFIX}events-instance:*`)).length
  t.equal(await lease(), 0)
  const { next } = await socketOf(t, app, alice.credential)
  await next('ready')
  while (await lease() === 0) await sleep(5)
  const [key = ''] = await keysOf(redis, `${config.KEY_PREFIX}events-instance:*`)
  await redis.del(key)
  while (await lease() === 0) await sleep(5)
  t.pass('again and again')
})
