import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Answer } from './client.ts'
import type { Route } from './every-route.ts'
import { prepareRound, type Attempt } from './round.ts'
import type { BreakableService } from './service.ts'

export interface Fault {
  inject: () => unknown
  /** Resolves at the moment from which the part serves again. */
  repair: () => unknown
  /** Which routes need the part. */
  isRefused: (route: Route) => boolean
  /** Which routes only read, and may be answered until the part is taken to be away because it refused others. */
  mayAnswer?: (route: Route) => boolean
  /** Whether a request that got no answer from the part may still take effect later; otherwise 503 means that nothing was done. */
  mayTakeEffectLate?: boolean
}

interface Answered { attempt: Attempt, answer: Answer }

/** The bound of the contract, and what a recovery may take. */
const ANSWER_MS = 1000
const RECOVERY_MS = 2000

/**
 * Breaks a part, asks every route at once in the first moment and again when the fault has been noticed, repairs the part, asks every
 * route until it works, and looks at what the requests before have done.
 */
export async function withFault (t: Test, { call, loners }: BreakableService, fault: Fault): Promise<void> {
  const first = await prepareRound(call, loners)
  const second = await prepareRound(call, loners)
  const third = await prepareRound(call, loners)

  await fault.inject()
  const answered = await sendAll(first)
  await sleep(700) // the heartbeat and the timeouts belong to the servers' clocks
  answered.push(...await sendAll(second))
  for (const { attempt: { route }, answer } of answered) {
    const isAnswered = fault.mayAnswer?.(route) === true && answer.status === route.status
    checkAnswer(t, route, answer, !isAnswered && fault.isRefused(route))
  }

  await fault.repair()
  const recoveries = await Promise.all(third.map(async attempt => ({ name: attempt.route.name, ms: await timeToWork(attempt) })))
  const slowest = Math.max(...recoveries.map(({ ms }) => ms))
  t.ok(slowest < RECOVERY_MS, `every route works again ${slowest} ms after the repair`, { late: recoveries.filter(({ ms }) => ms >= RECOVERY_MS) })
  await Promise.all(answered.map(each => checkEffect(t, each, fault.mayTakeEffectLate ?? false)))
}

function sendAll (round: Attempt[]): Promise<Answered[]> {
  return Promise.all(round.map(async attempt => ({ attempt, answer: await attempt.send() })))
}

async function timeToWork ({ route, send }: Attempt): Promise<number> {
  const started = performance.now()
  for (;;) {
    const { status } = await send()
    const ms = Math.round(performance.now() - started)
    if (status === route.status) return ms
    if (status !== 503 || ms > 5 * RECOVERY_MS) throw new Error(`${route.name} answers ${status}, ${ms} ms after the repair`)
    await sleep(10)
  }
}

function checkAnswer (t: Test, route: Route, { status, headers, json, text, ms }: Answer, isRefused: boolean): void {
  t.ok(ms < ANSWER_MS, `${route.name} answers within a second`, { ms })
  if (!isRefused) {
    t.equal(status, route.status, `${route.name} does not need it`, { text })
    return
  }
  t.equal(status, 503, `${route.name} is 503`, { text })
  t.match(headers.get('content-type'), /^application\/problem\+json/)
  t.match(headers.get('retry-after'), /^[1-9]\d?$/)
  t.match(json, { status: 503, type: /^urn:/, title: 'Service Unavailable', code: String, error: String, detail: String })
  t.notMatch(text, /ECONN|ENOENT|READONLY|NOREPLICAS|LOADING|ioredis|127\.0\.0\.1|\.sock/, 'no text of the server behind it')
}

async function checkEffect (t: Test, { attempt: { route, after }, answer }: Answered, mayTakeEffectLate: boolean): Promise<void> {
  if (route.isDone === undefined) return
  if (answer.status === route.status) t.ok(await route.isDone(after), `${route.name} said that it was done, and it was`)
  else if (!mayTakeEffectLate) t.notOk(await route.isDone(after), `${route.name} said that it was not done, and it was not`)
}
