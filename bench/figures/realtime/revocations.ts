import { insist, type Row } from '../../report.ts'
import { percentile } from '../../statistics.ts'
import { insistOn, seat, type RealtimeBench, type State } from './audience.ts'
import { delaysOf, type Delay } from './delays.ts'

const GOAL_MS = 100
/** How long after the acknowledgement at the latest, whatever is lost. */
const BOUND_MS = 1000
const ENDED = 4401
/** Name and password of who may use no channel. */
const DEAF = 'deaf'

type Ending = RealtimeBench['plan']['realtime']['revocations']

interface Ended extends Delay { isSame: boolean, ends: unknown[] }

/** Ends sessions of some of many sockets on two instances, and tells when the close frame of each had come. */
async function endings ({ stage, plan: { realtime: { sockets: count } }, redis, patience, open }: RealtimeBench, revocations: Ending, more: Record<string, string> = {}): Promise<Ended[]> {
  const services = [await stage.serveSessions(redis, more), await stage.serveSessions(redis, more)]
  const sockets = await seat(stage, 'load/sockets.mjs', services, await open(count))
  await patience.wait()
  await sockets.ask({ open: {} })
  await patience.wait()
  const { ended, ...state } = await sockets.ask<State & { ended: Ended[] }>({ end: revocations })
  insist(ended.every(({ ends }) => ends.length === 1 && ends[0] === ENDED), 'a socket whose session was ended was not closed once, with 4401')
  insistOn(state, count - revocations.count, { [ENDED]: revocations.count })
  return ended
}

/** From the logout of a session until the close frame of its socket has come. */
export async function revocations (bench: RealtimeBench): Promise<Row[]> {
  const { judges, realtime: { sockets: count, revocations } } = bench.plan
  const ended = await endings(bench, revocations)

  const row = (where: string, isSame: boolean): Row => {
    const delays = ended.filter(one => one.isSame === isSame)
    return {
      figure: `logout → close frame (4401), the socket on ${where}, ${revocations.perSecond} a second among ${count} sockets`,
      measured: delaysOf(delays),
      goal: `p99 ≤ ${GOAL_MS} ms`,
      met: judges ? percentile(delays.map(({ fromAnswerMs }) => fromAnswerMs), 99) <= GOAL_MS : null
    }
  }
  return [row('another instance', false), row('the same instance', true)]
}

/** The same where no message ever arrives: the instances are a Redis user that may use no channel. */
export async function unheard (bench: RealtimeBench): Promise<Row[]> {
  const { redis, plan: { judges, realtime: { sockets: count, revocations } } } = bench
  await redis.client.acl('SETUSER', DEAF, 'on', `>${DEAF}`, '~*', 'resetchannels', '+@all')
  const ended = await endings(bench, revocations, { REDIS_URL: redis.url.replace('://', `://${DEAF}:${DEAF}@`) })
  const elsewhere = ended.filter(({ isSame }) => !isSame)
  return [{
    figure: `the same on another instance that hears of nothing, among ${count} sockets`,
    measured: delaysOf(elsewhere),
    goal: `≤ ${BOUND_MS} ms`,
    met: judges ? percentile(elsewhere.map(({ fromAnswerMs }) => fromAnswerMs), 100) <= BOUND_MS : null
  }]
}
