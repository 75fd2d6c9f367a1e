import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { once } from 'node:events'
import { Cluster } from 'ioredis'
import t from 'tap'
import { createClient, waitUntilReady } from '../../src/store/connect.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { redisUrl } from '../harness.ts'

const optionsOf = (url: string) => {
  const client = createClient(url)
  if (client instanceof Cluster) throw new Error('a Cluster')
  return client.options
}

t.test('redis:// and rediss:// say host, port, account and database', t => {
  t.match(optionsOf('redis://cache.example:6380/3'), { host: 'cache.example', port: 6380, db: 3, username: null, password: null })
  t.match(optionsOf('redis://:p%40ss@cache.example'), { host: 'cache.example', port: 6379, password: 'p@ss' })
  t.match(optionsOf('rediss://app:secret@cache.example'), { username: 'app', password: 'secret', tls: true })
  t.end()
})

t.test('unix:// names a socket', t => {
  t.match(optionsOf('unix:///run/redis/redis.sock'), { path: '/run/redis/redis.sock' })
  t.end()
})

t.test('redis+sentinel:// lists the sentinels and names the master', t => {
  t.match(optionsOf('redis+sentinel://app:p%3Aw@s1:26379,s2,[::1]:26380/sessions/2'), {
    name: 'sessions',
    db: 2,
    username: 'app',
    password: 'p:w',
    sentinels: [{ host: 's1', port: 26379 }, { host: 's2', port: 26379 }, { host: '::1', port: 26380 }]
  })
  t.match(optionsOf('redis+sentinel://:pw@s1/sessions'), { name: 'sessions', db: 0, username: undefined, password: 'pw' })
  t.end()
})

t.test('redis+cluster:// lists nodes to begin with', t => {
  const client = createClient('redis+cluster://:secret@n1:7001,n2,[fd00::2]:7003')
  t.ok(client instanceof Cluster)
  t.strictSame(Reflect.get(client, 'startupNodes'), [{ host: 'n1', port: 7001 }, { host: 'n2', port: 6379 }, { host: 'fd00::2', port: 7003 }])
  t.match(client.options, { scaleReads: 'master', enableOfflineQueue: false, redisOptions: { password: 'secret', username: undefined } })
  t.strictSame(Reflect.get(createClient('redis+cluster://n1'), 'startupNodes'), [{ host: 'n1', port: 6379 }])
  t.end()
})

t.test('a list of servers may be asked for over TLS, and the sentinels may have a password of their own', t => {
  t.match(optionsOf('rediss+sentinel://:pw@s1/sessions?sentinelPassword=s%26p'), {
    name: 'sessions', password: 'pw', sentinelPassword: 's&p', tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true
  })
  t.match(optionsOf('redis+sentinel://s1/sessions'), { sentinelPassword: undefined, tls: undefined, enableTLSForSentinelMode: false })
  t.match(createClient('rediss+cluster://n1').options, { redisOptions: { tls: {} } })
  t.match(createClient('redis+cluster://n1').options, { redisOptions: { tls: undefined } })
  t.end()
})

t.test('a list without a host is refused, and not repeated', t => {
  for (const url of ['redis+cluster:///secret', 'redis+sentinel:///secret']) {
    t.throws(() => createClient(url), { message: /^REDIS_URL names no host/ })
    t.throws(() => createClient(url), { message: /^((?!secret).)*$/ })
  }
  t.end()
})

t.test('nothing waits in a queue and nothing is sent twice', t => {
  for (const url of ['redis://h', 'unix:///s', 'redis+sentinel://h/m']) {
    t.match(optionsOf(url), { enableOfflineQueue: false, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false, lazyConnect: true })
  }
  t.end()
})

t.test('a new attempt comes at once and then after at most half a second, never at the same moment for all', t => {
  const { retryStrategy } = optionsOf('redis://h')
  for (const [attempt, longest] of [[1, 50], [5, 250], [10, 500], [1000, 500]] as const) {
    const delays = Array.from({ length: 50 }, () => Number(retryStrategy?.(attempt)))
    t.ok(delays.every(delay => delay >= longest / 2 && delay <= longest), `attempt ${attempt}`)
    t.ok(new Set(delays).size > 1)
  }
  t.end()
})

t.test('a master that was demoted is looked for anew; other refusals are no reason to', t => {
  const { reconnectOnError } = optionsOf('redis://h')
  t.equal(reconnectOnError?.(new Error('READONLY You can\'t write against a read only replica.')), true)
  t.equal(reconnectOnError?.(new Error('OOM command not allowed')), false)
  t.end()
})

t.test('a client is ready when the server takes commands', async t => {
  const client = createClient(redisUrl)
  await waitUntilReady(client)
  t.equal(await client.ping(), 'PONG')
  client.disconnect()
})

t.test('a server that comes up is waited for', async t => {
  const redis = await privateRedis(t, 'tcp')
  await redis.kill()
  const client = createClient(redis.url)
  const ready = waitUntilReady(client)
  t.teardown(() => client.disconnect())
  await sleep(300)
  await redis.start()
  await ready
  t.equal(client.status, 'ready')
})

t.test('when a server does not come up the start is given up, saying where to look', async t => {
  let attempts = 0
  const silent = createServer(socket => {
    attempts++
    socket.resume()
  }).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const [refused, mute] = [createClient('redis://127.0.0.1:1'), createClient(`redis://127.0.0.1:${port}`)]
  const began = Date.now()
  const patienceMs = 2000
  await Promise.all([
    t.rejects(waitUntilReady(refused, patienceMs), { message: /^Redis is not reachable.* Check REDIS_URL/ }),
    t.rejects(waitUntilReady(mute, patienceMs), { message: /^Redis is not reachable.* Check REDIS_URL/ })
  ])
  t.ok(Date.now() - began < 4000)
  const untilThen = attempts
  await sleep(1500)
  t.equal(attempts, untilThen, 'nobody goes on trying')
  silent.close()
})
