import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { watchLink } from '../../src/store/link.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { connected } from './fixture.ts'

async function until (t: Test, what: string, withinMs: number, isSo: () => boolean) {
  const began = Date.now()
  while (!isSo() && Date.now() < began + withinMs) await sleep(5)
  t.ok(isSo(), `${what} after ${Date.now() - began} ms`)
}

t.test('a link that stops to answer is unavailable within a second and told once; the first answer makes it available again', async t => {
  const redis = await privateRedis(t)
  const told: boolean[] = []
  const client = await connected(t, redis.url)
  const link = watchLink(client, { ask: () => client.ping(), timeoutMs: 200, onChange: isUp => told.push(isUp) })
  t.teardown(() => link.close())
  t.equal(link.isAvailable(), true)
  redis.freeze()
  await until(t, 'unavailable', 1000, () => !link.isAvailable())
  await sleep(700)
  t.strictSame(told, [false])
  redis.thaw()
  await until(t, 'available', 2000, () => link.isAvailable())
  t.strictSame(told, [false, true])
})

t.test('a link that is lost is unavailable at once, before any heartbeat', async t => {
  const redis = await privateRedis(t)
  const client = await connected(t, redis.url)
  const link = watchLink(client, { ask: () => client.ping(), timeoutMs: 200, onChange: () => {} })
  t.teardown(() => link.close())
  const lost = new Promise(resolve => client.once('close', resolve))
  await redis.kill()
  await lost
  t.equal(link.isAvailable(), false)
})

t.test('on a Cluster one silent node does not make the others unavailable', async t => {
  const told: boolean[] = []
  let asked = 0
  const ping = async () => {
    asked++
    throw new Error('silent')
  }
  const cluster = Object.assign(new EventEmitter(), { isCluster: true, status: 'ready' }) as unknown as RedisClient
  const link = watchLink(cluster, { ask: ping, timeoutMs: 50, onChange: isUp => told.push(isUp) })
  t.teardown(() => link.close())
  await until(t, 'asked', 2000, () => asked > 1)
  t.equal(link.isAvailable(), true)
  t.strictSame(told, [])
})

t.test('a link that is closed asks no more', async t => {
  let asked = 0
  const ping = async () => String(++asked)
  const client = Object.assign(new EventEmitter(), { isCluster: false, status: 'ready' }) as unknown as RedisClient
  const link = watchLink(client, { ask: ping, timeoutMs: 50, onChange: () => {} })
  client.emit('ready')
  link.close()
  client.emit('ready')
  await sleep(600)
  t.equal(asked, 1, 'a new connection is asked at once')
})

t.test('while an answer is awaited nothing more is asked', async t => {
  let asked = 0
  const ping = () => new Promise<string>(resolve => {
    asked++
    setTimeout(() => resolve('PONG'), 700)
  })
  const client = Object.assign(new EventEmitter(), { isCluster: false, status: 'ready' }) as unknown as RedisClient
  const link = watchLink(client, { ask: ping, timeoutMs: 2000, onChange: () => {} })
  t.teardown(() => link.close())
  await sleep(900)
  t.equal(asked, 1)
})
