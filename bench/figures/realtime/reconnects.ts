import { once } from 'node:events'
import { get, type Agent, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { here, openConnection } from '../../load/connection.ts'
import { connectedAgent, paced } from '../../load/paced.ts'
import { insist, type Row } from '../../report.ts'
import { percentile } from '../../statistics.ts'
import { insistOn, seat, type RealtimeBench, type State } from './audience.ts'

const MOST_SECONDS = 30
const MOST_MS = 100
const EVERY_MS = 5
/** How long is looked what the same takes before. */
const QUIET_MS = 3000
const SHORT_MS = 500
/** Of those who came back, so many are asked for. */
const LOOKED_AT = 200
/** Of those who stay away, so many are asked for in the middle of it, again and again. */
const MISSED = 3
/** When presence has to be right at the latest, after an instance was killed. */
const RIGHT_MS = 5000

/** The instance that all sockets are on is killed, and all its clients come back to another one at the same moment. */
export async function reconnects ({ stage, plan: { judges, realtime: { sockets: count, away } }, redis, patience, open }: RealtimeBench): Promise<Row[]> {
  const [killed, survivor] = [await stage.serveSessions(redis), await stage.serveSessions(redis)]
  const [credential = '', ...credentials] = await open(count + 1)
  const sockets = await seat(stage, 'load/sockets.mjs', [killed], credentials)
  await patience.wait()
  await sockets.ask({ open: {} })
  const [me, headers] = [`${survivor.url}/me`, { 'x-session-id': credential }]
  const quiet = await paced(me, headers, EVERY_MS, sleep(judges ? QUIET_MS : SHORT_MS), await connectedAgent(me, headers))
  const [agent, looking] = [await connectedAgent(me, headers), await connectedAgent(me, headers)]
  const { returning } = await sockets.ask<{ returning: number }>({ forewarn: { url: survivor.url, away } })
  await patience.wait()
  await survivor.observe()

  const killedAtMs = performance.now()
  const back = sockets.ask<State>({ back: true })
  const [absent, returned] = [credentials.slice(0, away), credentials.slice(away, away + LOOKED_AT)]
  const [validated, newcomers, missed] = [paced(me, headers, EVERY_MS, back, agent), connects(me, credential, back), untilOffline(survivor.url, absent.slice(0, MISSED), looking)]
  await killed.stop('SIGKILL')
  const state = await back
  const tookSeconds = (performance.now() - killedAtMs) / 1000
  const { cpuMicroseconds, loopDelayMs } = await survivor.observe()
  const [storm, late, rightMs] = [await validated, await newcomers, await missed - killedAtMs]
  insist(state.open === count - away && state.resets === 0, `${state.open} of ${count - away} sockets are open, ${state.resets} were told that something may be missing`)

  const present = await onlineAmong(survivor.url, returned, looking)
  insist(present === returned.length, `${returned.length - present} of ${returned.length} who are back are not online`)
  const wrong = await onlineAmong(survivor.url, absent, looking)
  insist(wrong === 0, `${wrong} of ${absent.length} who are away are online`)
  looking.destroy()
  insistOn({ ...await sockets.ask<State>({ state: true }), ends: {} }, count - away)

  const p99Ms = percentile(storm, 99)
  return [{
    figure: `the instance with ${count} sockets killed (SIGKILL), ${returning} clients back at another one at once with their last id`,
    measured: `all after ${tookSeconds.toFixed(1)} s, none was told that something may be missing; ${(cpuMicroseconds / 1e6).toFixed(1)} s of CPU, event loop delay p99 ${loopDelayMs.p99.toFixed(0)} ms`,
    goal: `≤ ${MOST_SECONDS} s`,
    met: judges ? tookSeconds <= MOST_SECONDS : null
  }, {
    figure: `GET /me at ${1000 / EVERY_MS}/s on the other one meanwhile, over connections that were there`,
    measured: `p99 ${p99Ms.toFixed(1)}, p50 ${percentile(storm, 50).toFixed(1)}, max ${Math.max(...storm).toFixed(0)} ms (before p99 ${percentile(quiet, 99).toFixed(1)}, p50 ${percentile(quiet, 50).toFixed(1)})`,
    goal: `p99 ≤ ${MOST_MS} ms`,
    met: judges ? p99Ms <= MOST_MS : null
  }, {
    figure: 'the same over a new connection, which waits its turn among those who come back',
    measured: `p50 ${percentile(late, 50).toFixed(0)}, p99 ${percentile(late, 99).toFixed(0)}, max ${percentile(late, 100).toFixed(0)} ms; ${late.length} of them, one after the other`,
    goal: 'reported',
    met: null
  }, {
    figure: 'GET /sessions meanwhile and right afterwards',
    measured: `who stayed away is shown so ${(rightMs / 1000).toFixed(1)} s after the kill; when all are back, ${present} of ${returned.length} of them are online, and of ${absent.length} who stayed away none`,
    goal: `who is away within ${RIGHT_MS / 1000} s`,
    met: judges ? rightMs <= RIGHT_MS : null
  }]
}

/** GET `url` again and again, each time over a connection of its own, until that is settled. Answers with what each took (ms). */
async function connects (url: string, credential: string, until: Promise<unknown>): Promise<number[]> {
  const over = new AbortController()
  until.finally(() => over.abort()).catch(() => { /* the caller awaits it too */ })
  const took: number[] = []
  while (!over.signal.aborted) {
    const [askedAtMs, connection] = [performance.now(), await openConnection(new URL(url).origin)]
    insist(await connection.ask('GET', new URL(url).pathname, credential) === 200, `GET ${url} was refused`)
    took.push(performance.now() - askedAtMs)
    connection.close()
  }
  return took
}

/** When (ms) the service first shows none of these sessions as online. */
async function untilOffline (url: string, credentials: string[], agent: Agent): Promise<number> {
  const latestMs = performance.now() + MOST_SECONDS * 1000
  while (await onlineAmong(url, credentials, agent) > 0) {
    insist(performance.now() < latestMs, `who is away is online after ${MOST_SECONDS} s`)
    await sleep(50)
  }
  return performance.now()
}

/** How many of these sessions the service shows as online. */
async function onlineAmong (url: string, credentials: string[], agent: Agent): Promise<number> {
  let online = 0
  for (const credential of credentials) {
    const [response] = await once(get(`${url}/sessions`, { agent, headers: { 'x-session-id': credential, 'user-agent': here.userAgent } }), 'response') as [IncomingMessage]
    insist(response.statusCode === 200, `GET /sessions answered ${response.statusCode}`)
    const { sessions } = await json(response) as { sessions: Array<{ current: boolean, online: boolean }> }
    if (sessions.some(session => session.current && session.online)) online++
  }
  return online
}
