import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { findEmbedded } from '../../src/embedded/index.ts'
import { lastingFolder, pathWith, preparedFolder, WITHOUT_LEASH } from '../embedded/fixture.ts'
import { logIn, me, runServer, until } from '../server-process.ts'
import { readPid } from '../../src/embedded/orphan.ts'

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

t.test('after SIGKILL the next start ends what was left running, says so, and finds the sessions', async (t) => {
  const DATA_DIR = await preparedFolder(t)
  const env = { DATA_DIR, PATH: pathWith(join(DATA_DIR, 'bin'), ...WITHOUT_LEASH) }
  const first = runServer(t, env)
  const credential = await logIn(await first.url)
  first.child.kill('SIGKILL')
  await first.exited

  const second = runServer(t, env)
  t.equal(await me(await second.url, credential), 200)
  t.match(second.stdout(), /^a (Redis|PostgreSQL) of an earlier start is still running, stopping it\n/)
  second.child.kill('SIGTERM')
  t.strictSame(await second.exited, [0, null])
})

t.test('a private part that dies is back, and the service with it, within two seconds', async (t) => {
  const DATA_DIR = await preparedFolder(t)
  const server = runServer(t, { DATA_DIR })
  const url = await server.url
  const credential = await logIn(url)
  for (const pidFile of ['redis/redis.pid', 'postgres/data/postmaster.pid']) {
    const killedAt = Date.now()
    process.kill(readPid(join(DATA_DIR, pidFile)) ?? 0, 'SIGKILL')
    await sleep(50)
    await until(async () => (await fetch(`${url}/readyz`)).status === 200)
    t.ok(Date.now() - killedAt < 2000 + 250, `${pidFile}: the pause before the restart, then at most two seconds`)
    t.equal(await me(url, credential), 200)
  }
  server.child.kill('SIGTERM')
  t.strictSame(await server.exited, [0, null])
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
