import { Registry } from 'prom-client'
import t from 'tap'
import { measurePasswords } from '../../../src/plugins/metrics/passwords.ts'
import { samplesOf } from './scrape.ts'

t.test('what is asked for runs as far as there are threads, and the rest waits', async t => {
  const registry = new Registry()
  const settle: Array<(error?: Error) => void> = []
  const slow = <Answer>(answer: Answer) => () => new Promise<Answer>((resolve, reject) => {
    settle.push(error => error === undefined ? resolve(answer) : reject(error))
  })
  const passwords = measurePasswords(registry, { hash: slow('hashed'), verify: slow(true), close: async () => {} }, 2)
  const load = async () => Object.fromEntries(samplesOf(await registry.metrics()).map(({ name, value }) => [name.replace('session_service_', ''), value]))
  t.strictSame(await load(), { hashes_running: 0, hash_queue_length: 0 })

  const first = passwords.hash('a')
  t.strictSame(await load(), { hashes_running: 1, hash_queue_length: 0 })
  const others = [passwords.verify('b', async () => ({ storedHash: null, levelCost: null })), passwords.verify('c', async () => ({ storedHash: null, levelCost: null })), passwords.verify('d', async () => ({ storedHash: null, levelCost: null }))]
  t.strictSame(await load(), { hashes_running: 2, hash_queue_length: 2 })

  settle[0]?.()
  t.equal(await first, 'hashed')
  settle[1]?.(new Error('a defect'))
  await t.rejects(Promise.all(others.slice(0, 1)), { message: 'a defect' })
  t.strictSame(await load(), { hashes_running: 2, hash_queue_length: 0 })
  settle[2]?.()
  settle[3]?.()
  t.strictSame(await Promise.all(others.slice(1)), [true, true])
  t.strictSame(await load(), { hashes_running: 0, hash_queue_length: 0 })
  await passwords.close()
})
