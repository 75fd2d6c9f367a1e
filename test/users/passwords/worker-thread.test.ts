import t from 'tap'
import { workerThread } from '../../../src/users/passwords/worker-thread.ts'

t.test('the thread of a source runs the source worker with a TypeScript loader', async t => {
  const { filename, execArgv } = workerThread(new URL('../../../src/users/passwords/hasher.ts', import.meta.url).href)
  t.match(filename, /src\/users\/passwords\/worker\.ts$/)
  t.match(execArgv.join(' '), /^--require .*tsx/)
})

t.test('the thread of a built module runs the built worker and needs nothing', async t => {
  t.strictSame(workerThread('file:///app/dist/users/passwords/hasher.js'),
    { filename: '/app/dist/users/passwords/worker.js', execArgv: [] })
})
