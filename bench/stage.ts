import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbedded } from '../src/embedded/index.ts'
import { log } from './log.ts'
import type { Plan } from './plan.ts'
import { copyRedis, freePort, startRedis, type BenchRedis } from './redis.ts'
import { startServer, type MeasuredServer } from './server.ts'

/** What makes a service ask Redis for every validation. */
export const strict = { NEAR_CACHE_MS: '0' }

/** What `npm start` tells Node. */
export const flagsOfService = ['--max-semi-space-size=4']

const LAST_LINES = 30

export type Stage = Awaited<ReturnType<typeof setStage>>

/** Two Redis servers, a PostgreSQL, a folder, and services on them; `stopServers` ends what was started to be measured, `clear` ends and removes everything. */
export async function setStage ({ judges }: Pick<Plan, 'judges'>) {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-bench-'))
  const serviceLog = join(folder, 'service.log')
  const sessionKeys = `bench:${randomBytes(32).toString('base64url')}`
  const [few, many, postgres] = await Promise.all([
    startRedis(join(folder, 'few')),
    startRedis(join(folder, 'many')),
    startEmbedded({ dataDir: join(folder, 'data'), redis: false, postgres: true, durable: false, log })
  ])
  let servers: MeasuredServer[] = []
  const stores: BenchRedis[] = []

  async function serve (...args: Parameters<typeof startServer>): Promise<MeasuredServer> {
    const server = await startServer(...args)
    servers.push(server)
    return server
  }

  async function stopServers (): Promise<void> {
    const running = servers
    servers = []
    await Promise.all(running.map(server => server.stop()))
  }

  /** One after the other, because on one core they would not be up in the time that each has; all at once where nothing is judged, and they have every core. */
  async function startAll<Started> (starts: Array<() => Promise<Started>>): Promise<Started[]> {
    if (!judges) return settled(starts.map(start => start()))
    const started = []
    for (const start of starts) started.push(await start())
    return started
  }

  const createDatabase = () => newDatabase(postgres.databaseUrl ?? '')

  return {
    folder,
    sessionKeys,
    /** The store with few sessions and the one with many. */
    few,
    many,
    serve,
    startAll,
    stopServers,
    createDatabase,

    /** One more Redis, for figures that the two are too small or too crowded for; it writes no file. `place`: words that put it on another core. */
    async startRedis (name: string, place?: string[]): Promise<BenchRedis> {
      const redis = await startRedis(join(folder, name), { '--appendonly': 'no' }, place)
      stores.push(redis)
      return redis
    },

    /** One more that is set up as the two, with an append-only file; with all that is in the `original`, if there is one. */
    async durableRedis (name: string, original?: BenchRedis): Promise<BenchRedis> {
      const place = join(folder, `redis-${name}`)
      const redis = await (original === undefined ? startRedis(place) : copyRedis(original, place))
      stores.push(redis)
      return redis
    },

    /** A service with a user database of its own; `more` is added to its configuration. */
    async serveSessions (redis: BenchRedis, more: Record<string, string> = {}, everyCore = false): Promise<MeasuredServer> {
      const env = {
        PORT: String(await freePort()),
        REDIS_URL: redis.url,
        DATABASE_URL: await createDatabase(),
        SESSION_KEYS: sessionKeys,
        LOG_LEVEL: 'warn',
        ...more
      }
      return serve('../dist/server.js', { env, everyCore, outputFile: serviceLog, flags: flagsOfService })
    },

    /** The end of what services wrote: why requests failed. */
    lastWords: () => existsSync(serviceLog) ? readFileSync(serviceLog, 'utf8').split('\n').slice(-LAST_LINES).join('\n') : '',

    async clear (): Promise<void> {
      await stopServers()
      await Promise.all([...stores, few, many, postgres].map(server => server.stop()))
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** When all are done: what fails leaves nothing that is still about to start. */
async function settled<Value> (all: Array<Promise<Value>>): Promise<Value[]> {
  await Promise.allSettled(all)
  return Promise.all(all)
}

/** As the superuser, who alone may create one. Answers with its URL. */
async function newDatabase (databaseUrl: string): Promise<string> {
  const url = new URL(databaseUrl)
  url.username = 'postgres'
  const name = `bench_${randomBytes(4).toString('hex')}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  url.pathname = `/${name}`
  return url.href
}
