import { Cluster, Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { createClient } from '../../src/store/connect.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { createSubscriber } from '../../src/store/subscriber.ts'
import { privateRedis, type PrivateRedis } from '../faults/private-redis.ts'

const portOf = ({ url }: PrivateRedis) => Number(new URL(url).port)

/** A Cluster whose masters are those servers, as far as its client knows. */
function clusterOf (...servers: PrivateRedis[]) {
  const masters = servers.map(server => new Redis(portOf(server), '127.0.0.1', { lazyConnect: true }))
  const client = createClient('redis+cluster://127.0.0.1:1')
  if (!(client instanceof Cluster)) throw new Error('no Cluster')
  return { client: Object.assign(client, { nodes: () => masters }), masters }
}

function subscriberOf (t: Test, client: RedisClient): Redis {
  const subscriber = createSubscriber(client)
  subscriber.on('error', () => { /* it tries again */ })
  t.teardown(() => subscriber.disconnect())
  return subscriber
}

/** Resolves when that happens, whatever errors come before: a server that is being started refuses who comes early. */
const when = (subscriber: Redis, event: 'ready' | 'close' | 'end') => new Promise(resolve => subscriber.once(event, resolve))

t.test('of one server and of Sentinels it is a connection like the other', t => {
  for (const url of ['redis://app:secret@cache.example:6380/3', 'rediss://cache.example', 'unix:///run/redis.sock', 'redis+sentinel://s1:26379/sessions']) {
    const client = createClient(url)
    if (client instanceof Cluster) throw new Error('a Cluster')
    t.strictSame(createSubscriber(client).options, client.options)
  }
  t.end()
})

t.test('of a Cluster it is a plain connection with the account and the patience of the others', t => {
  const client = createClient('rediss+cluster://app:secret@n1:7001', 700)
  const subscriber = createSubscriber(Object.assign(client, { nodes: () => [new Redis(7002, 'n2', { lazyConnect: true })] }))
  t.match(subscriber.options, {
    host: 'n2', port: 7002, username: 'app', password: 'secret', tls: {}, commandTimeout: 700, socketTimeout: 1000, autoResubscribe: false, enableOfflineQueue: false, lazyConnect: true
  })
  t.end()
})

t.test('when its node is gone it goes to another one, and comes back when that is gone', async t => {
  const [one, two] = [await privateRedis(t, 'tcp'), await privateRedis(t, 'tcp')]
  const { client } = clusterOf(one, two)
  const subscriber = subscriberOf(t, client)
  await subscriber.connect()
  for (let change = 0; change < 3; change++) {
    const [server, other] = subscriber.options.port === portOf(one) ? [one, two] : [two, one]
    await Promise.all([when(subscriber, 'ready'), server.kill()])
    t.equal(subscriber.options.port, portOf(other))
    await server.start()
  }
})

t.test('where there is no other node it goes on trying', async t => {
  const server = await privateRedis(t, 'tcp')
  const subscriber = subscriberOf(t, clusterOf(server).client)
  await subscriber.connect()
  await Promise.all([when(subscriber, 'close'), server.kill()])
  await Promise.all([when(subscriber, 'ready'), server.start()])
  t.equal(subscriber.options.port, portOf(server))
})

t.test('it leaves a node that has left the Cluster, and stays with one that has not', async t => {
  const [one, two] = [await privateRedis(t, 'tcp'), await privateRedis(t, 'tcp')]
  const { client, masters } = clusterOf(one, two)
  const subscriber = subscriberOf(t, client)
  const first = subscriber.options.port
  await subscriber.connect()
  client.emit('refresh')
  t.equal(await subscriber.ping(), 'PONG', 'it is still connected')
  masters.splice(masters.findIndex(({ options }) => options.port === first), 1)
  client.emit('refresh')
  await when(subscriber, 'ready')
  t.not(subscriber.options.port, first)
  await Promise.all([when(subscriber, 'close'), subscriber.disconnect(true)])
  masters.length = 0
  client.emit('refresh')
  await when(subscriber, 'ready')
  t.pass('while it is not connected, it connects')
})

t.test('one that is closed listens to its Cluster no more', async t => {
  const server = await privateRedis(t, 'tcp')
  const { client } = clusterOf(server)
  const before = client.listenerCount('refresh')
  const subscriber = subscriberOf(t, client)
  await subscriber.connect()
  t.equal(client.listenerCount('refresh'), before + 1)
  await Promise.all([when(subscriber, 'end'), subscriber.disconnect()])
  t.equal(client.listenerCount('refresh'), before)
})
