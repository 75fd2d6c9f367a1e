import t from 'tap'
import { findEmbedded } from '../../src/embedded/index.ts'
import { lastingFolder, preparedFolder } from '../embedded/fixture.ts'
import { logIn, me, runServer } from '../server-process.ts'

t.test('with nothing configured it serves on private parts, and sessions survive a restart', async (t) => {
  const DATA_DIR = lastingFolder(t)
  const first = runServer(t, { DATA_DIR })
  const credential = await logIn(await first.url)
  t.match(first.stdout(), /^Session service on http:\/\/127\.0\.0\.1:\d{2,5}\n {2}docs .*\n/, 'the banner comes first')
  const lines = first.stdout().split('Ctrl-C\n')[1]?.trim().split('\n') ?? []
  t.ok(lines.length > 0 && lines.every((line) => JSON.parse(line).time > 0), 'then only JSON')
  first.child.kill('SIGTERM')
  t.strictSame(await first.exited, [0, null])
  t.equal(first.stderr(), '')
  t.equal(findEmbedded(DATA_DIR), null, 'the private parts are stopped')

  const second = runServer(t, { DATA_DIR })
  t.equal(await me(await second.url, credential), 200)
  second.child.kill('SIGINT')
  t.strictSame(await second.exited, [0, null])
})

t.test('a second start on the same data says whose they are', async (t) => {
  const DATA_DIR = await preparedFolder(t)
  const first = runServer(t, { DATA_DIR })
  const url = await first.url
  const second = runServer(t, { DATA_DIR })
  t.strictSame(await second.exited, [1, null])
  t.equal(second.stdout(), '')
  t.match(second.stderr(), new RegExp(`^The data in .* is in use by the service that runs as process ${first.child.pid}\\. .*\\n$`))
  t.equal((await fetch(`${url}/readyz`)).status, 200)
})
