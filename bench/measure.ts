import { growth, insistOnAnswers, type Population } from './figures/growth.ts'
import { latency } from './figures/latency.ts'
import { loginRate, patientLogins } from './figures/login-rate.ts'
import { loginStorms } from './figures/login-storm.ts'
import { memory } from './figures/memory.ts'
import { roundTrips } from './figures/round-trips.ts'
import { startUp } from './figures/start-up.ts'
import { throughput } from './figures/throughput.ts'
import { credentialFile } from './load/index.ts'
import { freePort, type BenchRedis } from './redis.ts'
import type { Plan } from './plan.ts'
import type { Row } from './report.ts'
import { seedSessions, userOf } from './seed.ts'
import type { MeasuredServer } from './server.ts'
import type { Stage } from './stage.ts'

const OWN_SESSIONS = 5
const ROTATION = 1000

/** Everything that a validation has to look at or to answer beyond who it is: as little of it as can be configured, and all of it. */
const withoutFeatures = { BINDING_NETWORK: 'off', BINDING_CLIENT: 'off', ROTATION_INTERVAL_SECONDS: '0' }
const withFeatures = { BINDING_NETWORK: 'step-up', BINDING_CLIENT: 'enforce', ROTATION_INTERVAL_SECONDS: '900', CORS_ORIGINS: 'https://shop.example' }

/** Every figure, the most telling first. */
export async function measure (stage: Stage, plan: Plan): Promise<Row[]> {
  const { rows: memoryRows, credentials } = await memory(stage.many.client, stage.sessionKeys, plan.others)
  await seedSessions(stage.few.client, stage.sessionKeys, Array.from({ length: 50 }, (_, i) => userOf(i)), 2)
  const few = await populate(stage, stage.few, 'few', 100)
  const many = await populate(stage, stage.many, 'many', plan.others)
  const rotation = credentials.filter((_, i) => i % Math.ceil(credentials.length / ROTATION) === 0)
  const rotating = credentialFile(stage.folder, 'rotation', rotation)
  const plain = await stage.serve('servers/plain.mjs')
  const info = await stage.serveSessions(stage.many, { LOG_LEVEL: 'info' })
  const off = [await stage.serveSessions(stage.many, withoutFeatures)]
  const on: MeasuredServer[] = []
  for (let i = 0; i < 2; i++) on.push(await stage.serveSessions(stage.many, { ...withFeatures, METRICS_PORT: String(await freePort()) }))
  off.push(await stage.serveSessions(stage.many, withoutFeatures))
  const roundTrip = await stage.serve('servers/round-trip.mjs', { env: { REDIS_URL: stage.many.url } })

  const rows = [
    ...await throughput({ plain, warn: many.server, info, off, on }, rotating, plan),
    ...await latency(plain, many.server, roundTrip, rotating, plan),
    ...await roundTrips(stage.many.client, many.server.url, rotation),
    ...await growth(few, many, plan)
  ]
  for (const cost of plan.costs) {
    const server = await stage.serveSessions(stage.few, { DEMO_USERS: 'true', BCRYPT_COST: String(cost), SESSION_LIMIT: '1000' })
    for (const logins of plan.logins) rows.push(...await loginStorms(server, cost, logins, plan))
  }
  rows.push(...await loginRate(await stage.serveSessions(stage.few, patientLogins, true), plan))
  return [...rows, ...memoryRows, ...await startUp(stage.folder, plan)]
}

/** A service on a store to which a user with five sessions and an administrator have been added. */
async function populate (stage: Stage, redis: BenchRedis, name: string, others: number): Promise<Population> {
  const owners = await seedSessions(redis.client, stage.sessionKeys, [userOf(-1)], OWN_SESSIONS)
  const admins = await seedSessions(redis.client, stage.sessionKeys, [userOf(-2, ['admin'])], 1)
  const population = {
    server: await stage.serveSessions(redis),
    owner: credentialFile(stage.folder, `${name}-owner`, owners),
    admin: credentialFile(stage.folder, `${name}-admin`, admins),
    sessions: others + OWN_SESSIONS + 1
  }
  await insistOnAnswers(population, owners[0] ?? '', admins[0] ?? '')
  return population
}
