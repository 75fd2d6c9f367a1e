/*
 * Invalid credentials at full force, from one source over two instances. What one request meets is in plugins/invalid-credentials.test.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { build, buildAnother, login } from '../harness.ts'
import { partsOf } from './attempt.ts'

/** A forgery of that credential, each another one. */
function forged (credential: string, i: number): string {
  const { id, proof } = partsOf(credential)
  return `${id}.${i + 1}.${proof.slice(0, 21)}${'A'.repeat(43)}`
}

/** Counts the calls of one command on an instance's connection. */
function callsOf (app: FastifyInstance, name: 'sessionsValidate' | 'failuresAdd') {
  const command = app.redis[name] as (...args: unknown[]) => unknown
  const calls: number[] = []
  Object.assign(app.redis, {
    [name]: (...args: unknown[]) => {
      calls.push(performance.now())
      return command.apply(app.redis, args)
    }
  })
  return calls
}

t.test('a flood of forged credentials over two instances is refused in all, costs no command each, and harms no neighbour behind the same address', async t => {
  const { app, config } = await build(t, { LOG_LEVEL: 'warn', INVALID_CREDENTIALS_PER_ADDRESS: '200', NEAR_CACHE_MS: '0' })
  const instances = [app, await buildAnother(t, config)]
  const neighbour = await login(app)
  const asked = instances.map(instance => callsOf(instance, 'sessionsValidate'))
  const flushed = instances.map(instance => callsOf(instance, 'failuresAdd'))
  const statuses: number[] = []
  let neighbours = 0
  const startedMs = performance.now()
  let i = 0
  while (performance.now() < startedMs + 4000) {
    const wave = Array.from({ length: 10 }, () => (instances[i % 2] ?? app).inject({ url: '/me', headers: { 'x-session-id': forged(neighbour.credential, i++) } }))
    for (const { statusCode } of await Promise.all(wave)) statuses.push(statusCode)
    for (const instance of instances) {
      neighbours += 1
      const { statusCode } = await instance.inject({ url: '/me', headers: { 'x-session-id': neighbour.credential } })
      if (statusCode !== 200) t.fail(`the neighbour is told ${statusCode}`)
    }
    await sleep(10)
  }
  const admitted = statuses.filter(status => status === 401).length
  t.ok(statuses.length > 500, `${statuses.length} requests`)
  t.equal(admitted + statuses.filter(status => status === 429).length, statuses.length)
  // Each instance knows of its own at once, and of the other's after a flush.
  t.ok(admitted >= 200 && admitted <= 400, `${admitted} were told 401`)
  t.equal(asked.flat().length, neighbours, 'the store was asked about the neighbour alone')
  for (const calls of flushed) {
    t.ok(calls.length >= 1 && calls.length <= 5, `${calls.length} flushes in four seconds`)
    for (const [n, atMs] of calls.slice(1).entries()) t.ok(atMs - (calls[n] ?? 0) > 700, 'a second apart, but for a late timer')
  }
  const before = statuses.length
  for (const instance of instances) statuses.push((await instance.inject({ url: '/me', headers: { 'x-session-id': 'x' } })).statusCode)
  t.strictSame(statuses.slice(before), [429, 429], 'both know')
})

t.test('what one instance has counted, the other one refuses', async t => {
  const { app, config } = await build(t, { INVALID_CREDENTIALS_PER_ADDRESS: '10' })
  const other = await buildAnother(t, config)
  const statusOf = async (instance: FastifyInstance) => (await instance.inject({ url: '/me', headers: { 'x-session-id': 'x' } })).statusCode
  for (let i = 0; i < 10; i++) t.equal(await statusOf(app), 401)
  t.equal(await statusOf(app), 429)
  await sleep(1300) // a flush
  t.equal(await statusOf(other), 401, 'it has not heard of this source before')
  await sleep(1300) // a flush
  t.equal(await statusOf(other), 429)
})
