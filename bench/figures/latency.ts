import { credentialFile, load } from '../load/index.ts'
import type { Bench } from '../measure.ts'
import type { Row } from '../report.ts'
import { strict } from '../stage.ts'
import { show, spreadOf } from '../statistics.ts'

const GOAL_MS = 0.12
const NEAR_GOAL = 1.1
/** So few that one connection comes back to each within the life of a near-cache entry, also on a slow machine. */
const SESSIONS = 100

/** What a validation adds, one request at a time, to the things that it cannot do without: plain Fastify, and a round trip if Redis is asked. */
export async function latency ({ stage, plan, many }: Bench): Promise<Row[]> {
  const { redis, rotation } = await many()
  const credentials = credentialFile(stage.folder, 'latency', rotation.slice(0, SESSIONS))
  const p50Of = (url: string) => async () => (await load(url, credentials, 1, plan.seconds)).p50Ms
  const roundTrip = await stage.serve('servers/round-trip.mjs', { env: { REDIS_URL: redis.url } })
  const ping = async () => (await roundTrip.ask<{ p50Ms: number }>({ milliseconds: 1000 * plan.seconds })).p50Ms
  const { url: plain } = await stage.serve('servers/plain.mjs')
  const services = await stage.startAll([strict, {}].map(more => () => stage.serveSessions(redis, more)))
  const patience = plan.patience()
  const sets = await patience.sets(plan.rounds, [p50Of(plain), ...services.map(({ url }) => p50Of(`${url}/me`)), ping])

  const rounds = sets.map(([plain = NaN, strict = NaN, near = NaN, ping = NaN]) => ({ plain, strict, near, ping }))
  const shown = (member: keyof typeof rounds[0]) => show(spreadOf(rounds.map(round => round[member])), 3)
  const added = spreadOf(rounds.map(({ plain, strict, ping }) => strict - plain - ping))
  const ratio = spreadOf(rounds.map(({ plain, near }) => near / plain))
  return [{
    figure: 'GET /me, near-cache off, 1 connection, p50, beyond plain Fastify and one bare Redis round trip',
    measured: `${show(added, 3)} ms; /me ${shown('strict')}, plain ${shown('plain')}, PING ${shown('ping')}${patience.remark()}`,
    goal: `≤ ${GOAL_MS} ms`,
    met: plan.judges ? added.median <= GOAL_MS : null
  }, {
    figure: 'GET /me, near-cached, 1 connection, 100 sessions, p50',
    measured: `${show(ratio)} × plain Fastify; ${shown('near')} ms`,
    goal: `≤ ${NEAR_GOAL} ×`,
    met: plan.judges ? ratio.median <= NEAR_GOAL : null
  }]
}
