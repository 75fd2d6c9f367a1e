import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { workerThread } from '../../../src/users/passwords/worker-thread.ts'

t.test('the worker of a source is compiled, and its thread needs no loader', async t => {
  const { options: { filename, ...options }, remove } = workerThread(new URL('../../../src/users/passwords/hasher.ts', import.meta.url).href)
  t.strictSame(options, { execArgv: [], env: { NODE_OPTIONS: '' } })
  t.strictSame(await once(new Worker(filename, options), 'exit'), [0])
  remove()
  t.notOk(existsSync(filename))
})

t.test('the thread of a built module runs the built worker and needs nothing', async t => {
  const { options, remove } = workerThread('file:///app/dist/users/passwords/hasher.js')
  t.strictSame(options, { filename: '/app/dist/users/passwords/worker.js', execArgv: [] })
  remove()
})
