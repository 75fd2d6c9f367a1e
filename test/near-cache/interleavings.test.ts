import { setImmediate as settled } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import { slotOf, type Credential } from '../../src/sessions/credential.ts'
import type { Validated } from '../../src/sessions/session.ts'
import { credentialOf, lifeMs, newSession, opened, sessionOf } from './fakes.ts'

const RUNS = 2500
const MOST_STEPS = 60

/** Two sessions of one user and one of another, and one of the first that is opened on the way. */
const latest = credentialOf('7')
const credentials = [credentialOf('7'), credentialOf('7'), credentialOf('8'), latest]
const which = fc.nat({ max: credentials.length - 1 })
const question = fc.nat({ max: 2 })

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('validate' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('execute' as const), which: question }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), which: question }) },
  fc.record({ kind: fc.constant('revoke' as const), which }),
  fc.record({ kind: fc.constant('open' as const) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hear' as const) }) },
  fc.record({ kind: fc.constant('drop' as const) }),
  fc.record({ kind: fc.constant('reconnect' as const) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 700 }) })
)

/** Redis, the news on its way, and what was revoked and heard of when: what the cache has to be true to. */
function world () {
  const { cache, questions, state, news } = opened()
  const revokedAt = new Map<string, number>()
  const heard = new Set<string>()
  const executed = new Map<object, Validated | null>()
  /** Whether the store has the latest session, and whether that was told. */
  let latestIs: 'unknown' | 'asked for' | 'stored' | 'told' = 'unknown'
  const onTheirWay: string[] = []
  const faults: string[] = []
  const asked: Array<Promise<void>> = []
  let cut: number | null = null

  const isThere = (id: string) => id !== latest.id || latestIs === 'stored' || latestIs === 'told'
  const verdictOf = (id: string) => isThere(id) && !revokedAt.has(id) ? sessionOf(id) : null

  function execute (question: typeof questions[number]): void {
    if (question.isCreation === true && latestIs === 'asked for') latestIs = 'stored'
    if (!executed.has(question)) executed.set(question, verdictOf(question.id))
  }

  async function validate ({ id, ...rest }: Credential): Promise<void> {
    const [calledMs, wasHeard, since, wasTold] = [state.nowMs, heard.has(id), revokedAt.get(id), id !== latest.id || latestIs === 'told']
    const found = await cache.validate({ id, ...rest })
    if (found === null && wasTold && !revokedAt.has(id)) faults.push('a live session was refused')
    if (found !== null && wasHeard) faults.push('accepted after the news of its end')
    if (found !== null && since !== undefined && calledMs - since > lifeMs) faults.push(`accepted ${calledMs - since} ms after its end`)
  }

  function take (position: number): void {
    const question = questions[position % questions.length]
    if (question === undefined) return
    execute(question)
    questions.splice(questions.indexOf(question), 1)
    question.answer(executed.get(question) ?? null)
  }

  const steps = {
    validate: (position: number) => { asked.push(validate(credentials[position] as Credential)) },
    execute: (position: number) => { const question = questions[position % questions.length]; if (question) execute(question) },
    answer: take,
    revoke (position: number) {
      const { id } = credentials[position] as Credential
      if (revokedAt.has(id) || !isThere(id)) return
      revokedAt.set(id, state.nowMs)
      if (cut === null) onTheirWay.push(id)
    },
    open () {
      if (latestIs !== 'unknown') return
      latestIs = 'asked for'
      asked.push(cache.create(newSession(latest)).then(() => { latestIs = 'told' }))
    },
    hear () {
      const id = onTheirWay.shift()
      if (id === undefined) return
      heard.add(id)
      news(slotOf(id))
    },
    /** The link dies: what is on its way is lost, and the proof holds for half a second at most. */
    drop () {
      onTheirWay.length = 0
      cut ??= state.nowMs
    },
    reconnect () {
      if (cut === null) return
      cut = null
      news(null)
      for (const id of revokedAt.keys()) heard.add(id)
      state.isProven = true
    },
    wait (ms: number) {
      state.nowMs += ms
      if (cut !== null && state.nowMs - cut >= 500 && state.isProven) {
        state.isProven = false
        news(null)
      }
    }
  }

  async function end (): Promise<string[]> {
    while (questions.length > 0) take(0)
    await Promise.all(asked)
    return faults
  }

  return { steps, end }
}

t.test('in any order of fill, hit, end, news, loss and reconnection nothing is accepted beyond the bound, and nothing alive is refused', async t => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: MOST_STEPS, size: 'max' }), async taken => {
    const { steps, end } = world()
    for (const each of taken) {
      if (each.kind === 'wait') steps.wait(each.ms)
      else if ('which' in each) steps[each.kind](each.which)
      else steps[each.kind]()
      await settled()
    }
    const faults = await end()
    if (faults.length > 0) throw new Error(faults.join('; '))
  }), { numRuns: RUNS })
  t.pass(`${RUNS} orders`)
})
