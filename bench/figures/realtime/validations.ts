import { credentialFile, load, warmUp } from '../../load/index.ts'
import type { Row } from '../../report.ts'
import type { MeasuredServer } from '../../server.ts'
import { percentile, show, spreadOf } from '../../statistics.ts'
import { insistOn, seat, type RealtimeBench, type State } from './audience.ts'

const GOAL = 0.9
const CONNECTIONS = 64
/** Sockets are opened over the time between two heartbeats, so that these come evenly. */
const HEARTBEAT_SECONDS = 20

/**
 * GET /me on an instance with many idle sockets against one without, in rounds that take turns. Half way the sockets change over to the other one, and a ratio is
 * the mean of one before and one after: what two processes of one program differ by is not what they cost.
 */
export async function validations (bench: RealtimeBench): Promise<Row[]> {
  const { stage, plan, redis, patience, open } = bench
  const { judges, realtime: { sockets: count, validations: { rounds, seconds, sessions } } } = plan
  const file = credentialFile(stage.folder, 'validated', await open(sessions))
  const listening = (await open(sessions + count)).slice(sessions)
  const twins = [await stage.serveSessions(redis), await stage.serveSessions(redis)]
  for (const { url } of twins) await warmUp(`${url}/me`, file)

  async function half (one: MeasuredServer, other: MeasuredServer) {
    const sockets = await seat(stage, 'load/sockets.mjs', [one], listening)
    await sockets.ask({ open: { perSecond: count / (judges ? HEARTBEAT_SECONDS : 1) } })
    const sets = await patience.sets(rounds, [one, other].map(({ url }) => () => load(`${url}/me`, file, CONNECTIONS, seconds)))
    insistOn(await sockets.ask<State>({ state: true }), count)
    await sockets.stop()
    return sets.map(loads => loads.map(({ requests, seconds }) => requests / seconds))
  }
  const [first, second] = [await half(...pair(twins)), await half(...pair(twins.toReversed()))]

  const ratios = first.slice(0, second.length).map(([withSockets = NaN, without = NaN], i) => {
    const [swappedWith = NaN, swappedWithout = NaN] = second[i] ?? []
    return Math.sqrt(withSockets / without * swappedWith / swappedWithout)
  })
  const ratio = spreadOf(ratios)
  const perSecond = (position: number) => (percentile([...first, ...second].map(set => set[position] ?? NaN), 50) / 1000).toFixed(1)
  return [{
    figure: `GET /me, ${CONNECTIONS} connections, near-cached, beside ${count} idle sockets on the instance`,
    measured: `${show(ratio)} × one without; ${perSecond(0)} k/s against ${perSecond(1)}${patience.remark()}`,
    goal: `≥ ${GOAL} ×`,
    met: judges ? ratio.median >= GOAL : null
  }]
}

function pair ([one, other]: MeasuredServer[]): [MeasuredServer, MeasuredServer] {
  if (one === undefined || other === undefined) throw new Error('There are two')
  return [one, other]
}
