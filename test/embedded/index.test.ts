import { existsSync, readFileSync, readdirSync, truncateSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { askPostgres, askRedis, lastingFolder, pathWith, preparedFolder, recordingLog, startOwner, WITHOUT_LEASH } from './fixture.ts'
import { DataFolderBusyError } from '../../src/embedded/data-folder.ts'
import { findEmbedded, startEmbedded } from '../../src/embedded/index.ts'
import { identifyProcess } from '../../src/embedded/process-identity.ts'
import type { Test } from 'tap'
import type { EmbeddedLog } from '../../src/embedded/log.ts'
import type { EmbeddedServers } from '../../src/embedded/index.ts'

interface StartOptions { env?: NodeJS.ProcessEnv, log?: EmbeddedLog }

async function start (t: Test, dataDir: string, { env, log = recordingLog() }: StartOptions = {}): Promise<EmbeddedServers> {
  const servers = await startEmbedded({ dataDir, redis: true, postgres: true, installRedis: false, env, log })
  t.teardown(() => servers.stop())
  return servers
}

async function eventually (holds: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(20)) {
    if (await holds()) return true
  }
  return false
}

const isGone = (pid = 0): boolean => identifyProcess(pid) === null

t.test('what was stored is there after a clean stop and a new start', async (t) => {
  const dataDir = lastingFolder(t)
  const first = await start(t, dataDir)
  await askRedis(first, 'SET', 'session', 'alive')
  await askPostgres(first, 'CREATE TABLE people AS SELECT 7 AS id')
  const { redis, postgres } = first.pids()
  await first.stop()
  t.ok(isGone(redis) && isGone(postgres), 'both servers are gone')
  t.notOk(existsSync(first.redisUrl?.replace('unix://', '') ?? ''), 'the socket too')
  t.equal(findEmbedded(dataDir), null, 'and nobody holds the data')

  const second = await start(t, dataDir)
  t.equal(await askRedis(second, 'GET', 'session'), 'alive')
  t.strictSame(await askPostgres(second, 'SELECT id FROM people'), [7])
})

t.test('the servers keep every write, evict nothing and listen on their sockets alone', async (t) => {
  const servers = await start(t, await preparedFolder(t))
  t.strictSame(await askRedis(servers, 'CONFIG', 'GET', 'appendonly'), ['appendonly', 'yes'])
  t.strictSame(await askRedis(servers, 'CONFIG', 'GET', 'maxmemory-policy'), ['maxmemory-policy', 'noeviction'])
  t.strictSame(await askRedis(servers, 'CONFIG', 'GET', 'port'), ['port', '0'])
  t.strictSame(await askPostgres(servers, 'SHOW listen_addresses'), [''])
  t.strictSame(await askPostgres(servers, 'SHOW fsync'), ['on'])
  t.strictSame(await askPostgres(servers, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user'), [false], 'the service is not a superuser')
})

t.test('only the parts that are asked for are started', async (t) => {
  const log = recordingLog()
  const dataDir = lastingFolder(t)
  const nothing = await startEmbedded({ dataDir, redis: false, postgres: false, log })
  t.match(nothing, { redisUrl: undefined, databaseUrl: undefined })
  t.strictSame(nothing.pids(), { redis: undefined, postgres: undefined })
  await nothing.stop()

  const fast = await startEmbedded({ dataDir, redis: true, postgres: true, durable: false, log })
  t.teardown(() => fast.stop())
  t.strictSame(await askRedis(fast, 'CONFIG', 'GET', 'appendonly'), ['appendonly', 'no'], 'tests need no file')
  t.strictSame(await askPostgres(fast, 'SHOW fsync'), ['off'])
})

t.test('a second start on the same data is refused and told whose they are', async (t) => {
  const dataDir = await preparedFolder(t)
  const first = await start(t, dataDir)
  const before = readdirSync(join(first.redisUrl?.replace('unix://', '') ?? '', '..'))
  await t.rejects(start(t, dataDir), new DataFolderBusyError(
    `The data in ${dataDir} is in use by the service that runs as process ${process.pid}. ` +
    `Stop that one first (Ctrl-C in its terminal, or: kill ${process.pid}), or start this one with another DATA_DIR and PORT.`))
  t.strictSame(findEmbedded(dataDir), { pid: process.pid, redisUrl: first.redisUrl, databaseUrl: first.databaseUrl })
  t.equal(await askRedis(first, 'PING'), 'PONG', 'the first is not disturbed')
  t.strictSame(readdirSync(join(first.redisUrl?.replace('unix://', '') ?? '', '..')), before)
})

t.test('SIGKILL of the owner takes the servers along, and the next start finds the data', async (t) => {
  const dataDir = await preparedFolder(t)
  const owner = await startOwner(dataDir)
  await askRedis(owner, 'SET', 'session', 'alive')
  await askPostgres(owner, 'CREATE TABLE people AS SELECT 7 AS id')
  owner.process.kill('SIGKILL')
  await once(owner.process, 'exit')

  const next = await start(t, dataDir)
  t.ok(isGone(owner.redis) && isGone(owner.postgres), 'the old servers are gone')
  t.equal(await askRedis(next, 'GET', 'session'), 'alive')
  t.strictSame(await askPostgres(next, 'SELECT id FROM people'), [7])
  t.notOk(existsSync(owner.redisUrl?.replace('unix://', '').replace('/redis.sock', '') ?? ''), 'its sockets were cleaned up')
})

t.test('servers that outlive their owner are stopped cleanly by the next start', async (t) => {
  const dataDir = await preparedFolder(t)
  const env = { ...process.env, PATH: pathWith(join(dataDir, 'bin'), ...WITHOUT_LEASH) }
  const owner = await startOwner(dataDir, env)
  await askRedis(owner, 'SET', 'session', 'alive')
  await askPostgres(owner, 'CREATE TABLE people AS SELECT 7 AS id')
  owner.process.kill('SIGKILL')
  await once(owner.process, 'exit')
  t.notOk(isGone(owner.redis) || isGone(owner.postgres), 'without setpriv they live on')

  const log = recordingLog()
  const next = await start(t, dataDir, { env, log })
  t.strictSame(log.messages.sort(), [
    'a PostgreSQL of an earlier start is still running, stopping it',
    'a Redis of an earlier start is still running, stopping it'
  ])
  t.ok(isGone(owner.redis) && isGone(owner.postgres))
  t.equal(await askRedis(next, 'GET', 'session'), 'alive')
  t.strictSame(await askPostgres(next, 'SELECT id FROM people'), [7])
})

t.test('an owner that leaves in a hurry still tells its servers to stop', async (t) => {
  const dataDir = await preparedFolder(t)
  const env = { ...process.env, PATH: pathWith(join(dataDir, 'bin'), ...WITHOUT_LEASH) }
  const owner = await startOwner(dataDir, env)
  owner.process.kill('SIGUSR2')
  t.strictSame(await once(owner.process, 'exit'), [3, null])
  t.ok(await eventually(() => isGone(owner.redis) && isGone(owner.postgres), 5000))
})

t.test('servers killed together with their owner do not block the next start', async (t) => {
  const dataDir = await preparedFolder(t)
  const owner = await startOwner(dataDir)
  await askRedis(owner, 'SET', 'session', 'alive')
  await askPostgres(owner, 'CREATE TABLE people AS SELECT 7 AS id')
  for (const pid of [owner.postgres, owner.redis, owner.process.pid ?? 0]) process.kill(pid, 'SIGKILL')
  await once(owner.process, 'exit')

  const next = await start(t, dataDir)
  t.equal(await askRedis(next, 'GET', 'session'), 'alive')
  t.strictSame(await askPostgres(next, 'SELECT id FROM people'), [7])
})

t.test('a log of writes that a crash cut short is loaded up to the cut', async (t) => {
  const dataDir = await preparedFolder(t)
  const first = await start(t, dataDir)
  await askRedis(first, 'SET', 'before', 'kept')
  await askRedis(first, 'SET', 'last', 'cut')
  await first.stop()
  const folder = join(dataDir, 'redis', 'appendonlydir')
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.incr.aof')) ?? '')
  truncateSync(file, readFileSync(file).length - 5)

  const next = await start(t, dataDir)
  t.equal(await askRedis(next, 'GET', 'before'), 'kept')
  t.equal(await askRedis(next, 'GET', 'last'), null)
})

t.test('a server that dies is back within two seconds, again and again, with its data', async (t) => {
  const log = recordingLog()
  const servers = await start(t, await preparedFolder(t), { log })
  await askRedis(servers, 'SET', 'session', 'alive')
  await askPostgres(servers, 'CREATE TABLE people AS SELECT 7 AS id')
  for (const round of ['first', 'second']) {
    const { redis = 0, postgres = 0 } = servers.pids()
    process.kill(redis, 'SIGKILL')
    process.kill(postgres, 'SIGKILL')
    const isBack = (): Promise<boolean> => Promise.all([
      askRedis(servers, 'GET', 'session'),
      askPostgres(servers, 'SELECT id FROM people')
    ]).then(([value, ids]) => value === 'alive' && ids[0] === 7, () => false)
    t.ok(await eventually(isBack, 2000), `${round} time`)
  }
  t.match(log.messages, [/^(Redis|PostgreSQL) died, starting it again; see .*\.log$/])
  t.equal(log.messages.length, 4)
})

t.test('when one part cannot start, the other is stopped and the data are free again', async (t) => {
  const dataDir = await preparedFolder(t)
  const env = { PATH: pathWith(join(dataDir, 'bin'), 'unshare', 'test', 'true') }
  await t.rejects(start(t, dataDir, { env }), { name: 'RedisMissingError' })
  t.equal(findEmbedded(dataDir), null)
  const servers = await start(t, dataDir)
  t.strictSame(await askPostgres(servers, 'SELECT 1'), [1], 'the data are whole')
})
