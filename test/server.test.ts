import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { findEmbedded } from '../src/embedded/index.ts'
import { lastingFolder, pathWith, preparedFolder, WITHOUT_LEASH } from './embedded/fixture.ts'
import { randomKeyring, randomPrefix, redisUrl } from './harness.ts'
import { readPid } from '../src/embedded/orphan.ts'
import { logIn, me, runServer, until } from './server-process.ts'
import { emptyDatabase } from './users/database.ts'
import { urlOf } from '../src/banner.ts'

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

t.test('configured parts are used, and nothing private is started', async (t) => {
  const DATA_DIR = join(lastingFolder(t), 'data')
  const own = { DATA_DIR, REDIS_URL: redisUrl, DATABASE_URL: await emptyDatabase(t), SESSION_KEYS: randomKeyring(), KEY_PREFIX: randomPrefix() }
  const server = runServer(t, own)
  t.equal((await fetch(`${await server.url}/readyz`)).status, 200)
  t.notOk(existsSync(DATA_DIR))
  t.notMatch(server.stdout(), 'alice@example.com')

  t.test('an address that is not ours is told, and everything closed', async (t) => {
    const other = runServer(t, { ...own, HOST: '203.0.113.1', LOG_LEVEL: 'debug' })
    t.strictSame(await other.exited, [1, null])
    t.match(other.stderr(), /EADDRNOTAVAIL.*\n[^]*\n {4}at /, 'with the stack for whoever debugs')
  })

  t.test('when nobody reads its output any more, it stops', async (t) => {
    const unread = runServer(t, own)
    const url = await unread.url
    unread.child.stdout?.destroy()
    await fetch(`${url}/livez`).catch(() => {})
    t.strictSame(await unread.exited, [1, null])
    t.match(unread.stderr(), /EPIPE/)
  })
})

t.test('a part that cannot be reached is told in one line', async (t) => {
  const env = { REDIS_URL: redisUrl, DATABASE_URL: 'postgres://app@127.0.0.1:1/sessions', SESSION_KEYS: randomKeyring(), KEY_PREFIX: randomPrefix() }
  const server = runServer(t, env)
  t.strictSame(await server.exited, [1, null])
  t.match(server.stderr(), /^.*\(.*ECONNREFUSED.*\)\n$/)
})

t.test('a port that is taken is told in one line, and the private parts are stopped again', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  t.teardown(() => other.close())
  await once(other, 'listening')
  const port = new URL(urlOf(other.address())).port
  const DATA_DIR = await preparedFolder(t)
  const server = runServer(t, { DATA_DIR, PORT: port })
  t.strictSame(await server.exited, [1, null])
  t.equal(server.stderr(), `Port ${port} on 127.0.0.1 is in use. Stop what listens there, or choose another one: PORT=${Number(port) + 1}\n`)
  t.equal(findEmbedded(DATA_DIR), null)
})

t.test('all faults of the configuration are told at once, without a stack', async (t) => {
  const server = runServer(t, { PORT: 'http', LOG_LEVEL: 'loud' })
  t.strictSame(await server.exited, [1, null])
  t.match(server.stderr(), /^The configuration has 2 faults:\n {2}PORT: .*\n {2}LOG_LEVEL: .*\n$/)
})

t.test('a signal during the start stops what was started', async (t) => {
  const DATA_DIR = await preparedFolder(t)
  const server = runServer(t, { DATA_DIR })
  await until(() => existsSync(join(DATA_DIR, 'lock')))
  server.child.kill('SIGINT')
  t.strictSame(await server.exited, [0, null])
  t.equal(findEmbedded(DATA_DIR), null)
})

t.test('a second signal does not wait for anything', async (t) => {
  const DATA_DIR = await preparedFolder(t)
  const server = runServer(t, { DATA_DIR })
  const url = await server.url
  await fetch(`${url}/livez`)
  server.child.kill('SIGTERM')
  await until(async () => (await fetch(`${url}/readyz`)).status === 503)
  server.child.kill('SIGTERM')
  t.strictSame(await server.exited, [1, null])
  t.match(server.stderr(), 'second SIGTERM, exiting')
  await until(() => readPid(join(DATA_DIR, 'postgres/data/postmaster.pid')) === null)
  t.notOk(existsSync(join(DATA_DIR, 'redis/redis.pid')), 'the private parts were told to stop')
  t.match(readFileSync(join(DATA_DIR, 'postgres.log'), 'utf8'), /database system is shut down\n$/)
})
