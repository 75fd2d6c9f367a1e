import { insist, type Row } from '../../report.ts'
import { percentile } from '../../statistics.ts'
import { insistOn, seat, type RealtimeBench, type State } from './audience.ts'
import { delaysOf, type Delay } from './delays.ts'

const GOAL_MS = 100

interface Changed extends State { tookMs: number, told: number, faults: string[], delays: Delay[] }

/** What devices of a user share is changed by all of them, on two instances: each is told each version once and in order, and the last one is what there is. */
export async function devices ({ stage, plan: { judges, realtime: { devices: { users, each, perSecond, seconds } } }, redis, patience, open }: RealtimeBench): Promise<Row[]> {
  const services = [await stage.serveSessions(redis), await stage.serveSessions(redis)]
  const sockets = await seat(stage, 'load/devices.mjs', services, await open(users * each, each), { EACH: String(each) })
  await patience.wait()
  await sockets.ask({ open: {} })
  await patience.wait()
  const count = perSecond * seconds
  const { tookMs, told, faults, delays, ...state } = await sockets.ask<Changed>({ change: { count, perSecond } })
  insist(faults.length === 0, `devices were told other things than happened (${faults.length}): ${faults.slice(0, 3).join('; ')}`)
  insistOn(state, users * each)

  const late = percentile(delays.map(({ fromAnswerMs }) => fromAnswerMs), 99)
  return [{
    figure: `${users} users with ${each} devices on two instances, ${(count / tookMs * 1000).toFixed(0)} changes of what they share a second for ${(tookMs / 1000).toFixed(0)} s`,
    measured: `${count} changes, told ${told} times (${each} devices each): 0 lost, 0 twice, 0 out of order; every device is at the version that GET /me/data has`,
    goal: '0 lost, 0 out of order',
    met: true
  }, {
    figure: 'change acknowledged → told to each other device',
    measured: delaysOf(delays),
    goal: `p99 ≤ ${GOAL_MS} ms`,
    met: judges ? late <= GOAL_MS : null
  }]
}
