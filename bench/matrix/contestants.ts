import { credentialFile, warmUp } from '../load/index.ts'
import { demoLogin, logIn } from '../load/logins.ts'
import type { Bench } from '../measure.ts'
import { installPeers } from '../peers/install.ts'
import { usedMemory, type BenchRedis } from '../redis.ts'
import { insist } from '../report.ts'
import type { MeasuredServer } from '../server.ts'
import { flagsOfService, strict } from '../stage.ts'
import { userAgentOf } from '../user-agents.ts'

/** So few that one connection comes back to each within the life of a near-cache entry, also on a slow machine. */
const SINGLE_CONNECTION_SESSIONS = 100

/** The names by which goals speak of them. */
export type Name = 'plain' | 'static' | 'tuned' | 'proof' | 'expressMemory' | 'expressRedis' | 'fastifySession' | 'mgcrea' | 'betterAuth' | 'jwt' | 'jwtCached' | 'strict' | 'near' | 'bearer' | 'informed' | 'four'

/** One line of the table. */
export interface Contestant {
  name: Name
  title: string
  servers: MeasuredServer[]
  path: string
  /** All credentials as a file for the load, and those for a single connection. */
  files: { all: string, single: string }
  redis: BenchRedis
  /** Of a session in Redis. */
  bytesEach: number | null
  /** How one logs in and out; null for those where nobody does. */
  logins: Logins | null
}

/** The body of a login, the header of the credential, and sessions besides those in turn, to be ended. */
export interface Logins { body: object, header: string, spare: string[] }

/** As the peers, the service lets nobody come again later, and nobody log in too often. */
const patient = { DEMO_USERS: 'true', BCRYPT_COST: '10', HASH_QUEUE_LIMIT: '1000', SESSION_LIMIT: '1000' }

/** One with sessions that begin and end. */
export type Subject = Contestant & { logins: Logins }

export const hasLogins = (contestant: Contestant): contestant is Subject => contestant.logins !== null

/** Programs of bench/peers, and their environment. */
const peers: Array<{ name: Name, title: string, program: string, env?: Record<string, string> }> = [
  { name: 'proof', title: 'proof of concept\'s design: Express, three awaits', program: 'proof-of-concept' },
  { name: 'expressMemory', title: 'express-session, MemoryStore: sticky, lost at restart', program: 'express-session', env: { STORE: 'memory' } },
  { name: 'expressRedis', title: 'express-session, connect-redis', program: 'express-session' },
  { name: 'fastifySession', title: '@fastify/session, connect-redis', program: 'fastify-session' },
  { name: 'mgcrea', title: '@mgcrea/fastify-session, its Redis store', program: 'mgcrea-session' },
  { name: 'betterAuth', title: 'better-auth, Redis as secondary storage', program: 'better-auth' },
  { name: 'jwt', title: '@fastify/jwt: nothing can be revoked', program: 'jwt' },
  { name: 'jwtCached', title: '@fastify/jwt with its cache: nothing can be revoked', program: 'jwt', env: { CACHE: 'yes' } }
]

/** The service in several ways. Each has a Redis of its own with the same sessions, but for one process that is asked in two ways: what one has left to be written when its round is over would be counted in the rounds of others. */
const ours: Array<{ name: Name, title: string, env?: Record<string, string>, instances?: number }> = [
  { name: 'strict', title: '**ours, strict** (NEAR_CACHE_MS=0)', env: strict },
  { name: 'near', title: '**ours, near-cached**' },
  { name: 'informed', title: '**ours, near-cached**, LOG_LEVEL=info', env: { LOG_LEVEL: 'info' } },
  { name: 'four', title: '**ours, near-cached, 4 instances** on the one core', instances: 4 }
]

/** Starts all of them, each with its users logged in and every session used once; proves that each refuses who is not. */
export async function startContestants (bench: Bench): Promise<Contestant[]> {
  installPeers()
  const sides = await bench.stage.startAll([
    () => startPlain(bench),
    ...peers.map(peer => async () => [await startPeer(bench, peer)]),
    () => startOurs(bench)
  ])
  const contestants = sides.flat()
  for (const { servers, path, files } of contestants) {
    for (const { url } of servers) await warmUp(url + path, files.all)
  }
  for (const { name, servers, path } of contestants) {
    const { status } = await fetch(servers[0]?.url + path)
    insist(status === (isOpen(name) ? 200 : 401), `${name} answers ${status} without a credential`)
  }
  return contestants
}

const isOpen = (name: Name) => name === 'plain' || name === 'static' || name === 'tuned'

/** The first two are one process: the ruler, and an answer as long as the service's from nowhere. The third is the ruler with what the service tells V8. They are sent the service's credentials. */
async function startPlain (bench: Bench): Promise<Contestant[]> {
  const { files } = await ourSide(bench)
  const servers = [await bench.stage.serve('servers/plain.mjs')]
  const common = { files, servers, redis: await bench.stage.durableRedis('plain'), bytesEach: null, logins: null }
  return [
    { ...common, name: 'plain', title: 'plain Fastify', path: '/' },
    { ...common, name: 'static', title: 'Fastify, a static /me', path: '/me' },
    { ...common, name: 'tuned', title: 'plain Fastify, V8 told as by the service', path: '/', servers: [await bench.stage.serve('servers/plain.mjs', { flags: asTheService })] }
  ]
}

const asTheService = [...flagsOfService, '--import', new URL('../../dist/v8.js', import.meta.url).href]

async function startPeer ({ stage, plan }: Bench, { name, title, program, env }: typeof peers[0]): Promise<Contestant> {
  const redis = await stage.durableRedis(name)
  const before = await usedMemory(redis.client)
  const count = plan.peers.sessions + plan.peers.ends
  const server = await stage.serve(`peers/${program}.mjs`, { env: { REDIS_URL: redis.url, SESSIONS: String(count), USER_AGENT: userAgentOf(0), ...env } })
  const bytes = (await usedMemory(redis.client) - before) / count
  const { header = '', credentials = [], login: body = {} } = server
  return {
    name,
    title,
    servers: [server],
    path: '/me',
    files: filesOf(stage.folder, name, credentials.slice(0, plan.peers.sessions), header),
    redis,
    bytesEach: isInRedis(name) ? bytes : null,
    logins: { body, header, spare: credentials.slice(plan.peers.sessions) }
  }
}

const isInRedis = (name: Name) => name !== 'expressMemory' && name !== 'jwt' && name !== 'jwtCached'

async function startOurs (bench: Bench): Promise<Contestant[]> {
  const { bearer, ...side } = await ourSide(bench)
  const contestants = await bench.stage.startAll(ours.map(each => () => startOne(bench, side, each)))
  // By another header the same server logs in and out no other way.
  const byAuthorization: Partial<Contestant> = { name: 'bearer', title: '**ours, near-cached**, the same asked by Authorization', files: bearer, logins: null }
  return contestants.flatMap(contestant => contestant.name === 'near' ? [contestant, { ...contestant, ...byAuthorization }] : [contestant])
}

async function startOne ({ stage, plan }: Bench, side: OurSide, { name, title, env = {}, instances = 1 }: typeof ours[0]): Promise<Contestant> {
  const redis = await stage.durableRedis(name, side.redis)
  const serve = () => stage.serveSessions(redis, { ...patient, ...env })
  const servers = await stage.startAll(Array.from({ length: instances }, () => serve))
  const spare = []
  for (let i = 0; i < plan.peers.ends; i++) spare.push(await logIn(servers[0]?.url ?? ''))
  return { ...side, name, title, servers, redis, path: '/me', logins: { body: demoLogin, header: 'x-session-id', spare } }
}

type OurSide = Pick<Contestant, 'files' | 'redis' | 'bytesEach'>

/** `bearer` is the same as `files`, in another header. */
async function ourSide ({ stage, plan, many }: Bench): Promise<OurSide & { bearer: Contestant['files'] }> {
  const { redis, rotation, bytesEach } = await many()
  const credentials = rotation.slice(0, plan.peers.sessions)
  const bearer = filesOf(stage.folder, 'bearer', credentials.map(credential => `Bearer ${credential}`), 'authorization')
  return { redis, bytesEach, files: filesOf(stage.folder, 'ours', credentials), bearer }
}

function filesOf (folder: string, name: string, credentials: string[], header?: string): Contestant['files'] {
  return {
    all: credentialFile(folder, `${name}-all`, credentials, header),
    single: credentialFile(folder, `${name}-single`, credentials.slice(0, SINGLE_CONNECTION_SESSIONS), header)
  }
}
