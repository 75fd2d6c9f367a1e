import { setImmediate as settled } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import { slotOf, type Credential } from '../../src/sessions/credential.ts'
import type { Validated } from '../../src/sessions/session.ts'
import { credentialOf, lifeMs, newSession, opened, type Question } from './fakes.ts'
import { createPlainStore, type Change } from './plain-store.ts'

const RUNS = 2500
const MOST_STEPS = 60
const GRACE_MS = 100

/** Two sessions of one user and one of another, and one of the first that is opened on the way. */
const latest = credentialOf('7')
const sessions = [credentialOf('7'), credentialOf('7'), credentialOf('8'), latest]
/** The first generation of all of them, and the second of two. */
const credentials = [...sessions, ...[sessions[0], sessions[2]].map(first => ({ ...first as Credential, generation: 2 }))]
const which = fc.nat({ max: credentials.length - 1 })
const question = fc.nat({ max: 2 })
/** Half of them the latest, which is not there at first. */
const session = fc.constantFrom(0, 1, 2, 3, 3, 3)

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('validate' as const), which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('use' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('execute' as const), which: question }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), which: question }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('revoke' as const), which: session }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('open' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hear' as const) }) },
  fc.record({ kind: fc.constant('drop' as const) }),
  fc.record({ kind: fc.constant('reconnect' as const) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 700 }) }) }
)

/** How long each session lives, and whether uses are recorded more often than a verdict is old, or hardly ever. */
const rules = fc.record({
  lifetimesMs: fc.array(fc.constantFrom(300, 900, 86_400_000, 86_400_000), { minLength: sessions.length, maxLength: sessions.length }),
  touchMs: fc.constantFrom(400, 60_000)
})
type Rules = typeof rules extends fc.Arbitrary<infer Value> ? Value : never
type Opened = ReturnType<typeof opened>
type PlainStore = ReturnType<typeof createPlainStore>
type Answers = ReturnType<typeof createAnswers>
type Moments = ReturnType<PlainStore['moments']>

/** What of the sessions is told or known: whose have ended, whose have a second generation that was used. */
type Known = Record<Change, Set<string>>
const nothing = (): Known => ({ ended: new Set(), advanced: new Set() })

/** The news on its way to the cache, by a link that may die, and what it has heard. */
function createNews ({ state, news }: Pick<Opened, 'state' | 'news'>) {
  const [told, heard] = [nothing(), nothing()]
  const onTheirWay: Array<{ id: string, change: Change }> = []
  let cutAtMs: number | null = null

  return {
    heard,
    announce (id: string, change: Change): void {
      told[change].add(id)
      if (cutAtMs === null) onTheirWay.push({ id, change })
    },
    hear () {
      const next = onTheirWay.shift()
      if (next === undefined) return
      heard[next.change].add(next.id)
      news(slotOf(next.id))
    },
    /** The link dies: what is on its way is lost, and the proof holds for half a second at most. */
    drop () {
      onTheirWay.length = 0
      cutAtMs ??= state.nowMs
    },
    reconnect () {
      if (cutAtMs === null) return
      cutAtMs = null
      news(null)
      for (const change of ['ended', 'advanced'] as const) told[change].forEach(id => heard[change].add(id))
      state.isProven = true
    },
    wait (ms: number) {
      state.nowMs += ms
      if (cutAtMs === null || state.nowMs - cutAtMs < 500 || !state.isProven) return
      state.isProven = false
      news(null)
    }
  }
}

/** Redis at work: a question is executed, and its answer arrives, then or later. */
function createAnswers (questions: Question[], store: PlainStore, { latestLifetimeMs, heard }: { latestLifetimeMs: number, heard: Known }) {
  const executed = new Map<Question, Validated | null>()
  /** By what every copy of a verdict has of it. */
  const verdicts = new Map<Validated['times'], number>()

  function execute (position: number): Question | undefined {
    const question = questions[position % questions.length]
    if (question === undefined || executed.has(question)) return question
    if (question.isCreation) store.add(question.id, latestLifetimeMs)
    const found = store.validate(question)
    executed.set(question, found)
    if (found !== null) verdicts.set(found.times, verdicts.size)
    return question
  }

  function answer (position: number): void {
    const question = execute(position)
    if (question === undefined) return
    questions.splice(questions.indexOf(question), 1)
    const found = executed.get(question) ?? null
    // What is asked while news may be missed is only passed on.
    if (found?.isAdvanced === true && question.isProven) heard.advanced.add(found.id)
    question.answer(found)
  }

  return {
    execute,
    answer,
    /** How many sessions Redis has said to be alive until now. */
    given: () => verdicts.size,
    /** Whether it said so of this one before that; what is repeated from memory is none of its own words. */
    isOlder: (found: Validated, given: number) => (verdicts.get(found.times) ?? -1) < given
  }
}

interface Call { calledMs: number, isHit: boolean, knewEnd: boolean, knewAdvance: boolean }

const worthlessAtMs = ({ endedAtMs, deadlineMs, outdatedAtMs }: Moments) => Math.min(endedAtMs, deadlineMs, outdatedAtMs)

/** What is wrong with accepting a credential on a call of that moment; a hit is what Redis had said before, remembered or still on its way. */
function faultsOf ({ rotation }: Validated, moments: Moments, { calledMs, isHit, knewEnd, knewAdvance }: Call): string[] {
  const lateMs = calledMs - worthlessAtMs(moments)
  return [
    knewEnd && 'accepted after the news of its end',
    lateMs > lifeMs && `accepted ${lateMs} ms after its end`,
    isHit && calledMs >= moments.deadlineMs && 'repeated after its deadline',
    isHit && calledMs >= moments.touchDueAtMs && 'repeated when the use had to be recorded',
    isHit && knewAdvance && rotation !== moments.rotation && 'repeated as it was before its successor was used',
    isHit && knewAdvance && calledMs >= moments.outdatedAtMs && 'repeated after its grace'
  ].filter(fault => fault !== false)
}

/** Validations, each judged by what held and was known when it was called. */
function createJudge ({ cache, state }: Pick<Opened, 'cache' | 'state'>, store: PlainStore, { given, isOlder }: Pick<Answers, 'given' | 'isOlder'>, heard: Known) {
  /** Sessions that whoever asks knows to be there. */
  const opened = new Set(sessions.filter(session => session !== latest).map(({ id }) => id))
  const faults: string[] = []

  async function validate (credential: Credential): Promise<void> {
    const { id } = credential
    const [calledMs, knewEnd, knewAdvance, wasOpened] = [state.nowMs, heard.ended.has(id), heard.advanced.has(id), opened.has(id)]
    const [moments, givenBefore] = [store.moments(credential), given()]
    const found = await cache.validate(credential)
    if (found !== null) faults.push(...faultsOf(found, moments, { calledMs, isHit: isOlder(found, givenBefore), knewEnd, knewAdvance }))
    else if (wasOpened && state.nowMs < worthlessAtMs(store.moments(credential))) faults.push('a live session was refused')
  }

  async function open (): Promise<void> {
    await cache.create(newSession(latest))
    opened.add(latest.id)
  }

  return { validate, open, faults }
}

/** A near-cache on a plain store, and what it has to be true to. */
function world ({ lifetimesMs, touchMs }: Rules) {
  const all = opened()
  const { questions, state } = all
  const { heard, announce, ...link } = createNews(all)
  const store = createPlainStore({ now: () => state.nowMs, touchMs, graceMs: GRACE_MS, announce })
  const answers = createAnswers(questions, store, { latestLifetimeMs: lifetimesMs[sessions.indexOf(latest)] ?? 0, heard })
  const { execute, answer } = answers
  const judge = createJudge(all, store, answers, heard)
  const asked: Array<Promise<void>> = []
  let isOpening = false
  sessions.forEach(({ id }, position) => { if (id !== latest.id) store.add(id, lifetimesMs[position] ?? 0) })

  const validate = (position: number) => { asked.push(judge.validate(credentials[position] as Credential)) }

  /** Asked, and answered before anything else happens. */
  function use (position: number): void {
    const newest = questions.length
    validate(position)
    if (questions.length > newest) answer(newest)
  }

  function open (): void {
    if (!isOpening) asked.push(judge.open())
    isOpening = true
  }

  async function end (): Promise<string[]> {
    // Who is given nothing that is good any more asks once more.
    for (; questions.length > 0; await settled()) while (questions.length > 0) answer(0)
    await Promise.all(asked)
    return judge.faults
  }

  const revoke = (position: number) => store.end(sessions[position]?.id ?? '')
  return { steps: { ...link, validate, use, execute, answer, revoke, open }, end }
}

t.test('in any order of fill, hit, use, expiry, rotation, end, news, loss and reconnection nothing is accepted beyond the bound, and nothing alive is refused', async t => {
  await fc.assert(fc.asyncProperty(rules, fc.array(step, { maxLength: MOST_STEPS, size: 'max' }), async (rules, taken) => {
    const { steps, end } = world(rules)
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
