import { insist, type Row } from '../../report.ts'
import { percentile } from '../../statistics.ts'
import { insistOn, seat, type RealtimeBench, type State } from './audience.ts'
import { delaysOf, type Delay } from './delays.ts'

const GOAL_MS = 100
const ENDED = 4401

interface Ended extends Delay { isSame: boolean, ends: unknown[] }

/** From the logout of a session until the close frame of its socket has come, among many sockets of others on two instances. */
export async function revocations ({ stage, plan: { judges, realtime: { sockets: count, revocations } }, redis, patience, open }: RealtimeBench): Promise<Row[]> {
  const services = [await stage.serveSessions(redis), await stage.serveSessions(redis)]
  const sockets = await seat(stage, 'load/sockets.mjs', services, await open(count))
  await patience.wait()
  await sockets.ask({ open: {} })
  await patience.wait()
  const { ended, ...state } = await sockets.ask<State & { ended: Ended[] }>({ end: revocations })
  insist(ended.every(({ ends }) => ends.length === 1 && ends[0] === ENDED), 'a socket whose session was ended was not closed once, with 4401')
  insistOn(state, count - revocations.count, { [ENDED]: revocations.count })

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
