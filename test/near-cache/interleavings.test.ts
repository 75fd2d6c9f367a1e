import { setImmediate as settled } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import type { Credential } from '../../src/sessions/credential.ts'
import type { Validated } from '../../src/sessions/session.ts'
import type { SessionStore } from '../../src/sessions/store.ts'
import { createAnswers } from './answers.ts'
import { credentialOf, lifeMs, newSession, opened } from './fakes.ts'
import { createNews, type Known } from './news.ts'
import { createPlainStore } from './plain-store.ts'
import { createUseLedger, moods } from './use-ledger.ts'
import { createVerbs, type Work } from './verbs.ts'

const RUNS = 5000
const MOST_STEPS = 60
const GRACE_MS = 100
const EXTENSION_MS = 500

/** Two sessions of one user and one of another, and one of the first that is opened on the way. */
const latest = credentialOf('7')
const sessions = [credentialOf('7'), credentialOf('7'), credentialOf('8'), latest]
const userIds = ['7', '7', '8', '7']
const sessionsOf = (userId: string) => sessions.filter((_session, position) => userIds[position] === userId)
const elsewhere = { binding: '', signals: [], ipAddress: '', isAccepted: true }
/** The first generation of all of them, and the second of two. */
const credentials = [...sessions, ...[sessions[0], sessions[2]].map(first => ({ ...first as Credential, generation: 2 }))]
const which = fc.nat({ max: credentials.length - 1 })
const question = fc.nat({ max: 2 })
/** Half of them the latest, which is not there at first. */
const session = fc.constantFrom(0, 1, 2, 3, 3, 3)

const common = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('validate' as const), which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('use' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('execute' as const), which: question }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), which: question }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('revoke' as const), which: session }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('open' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hear' as const) }) },
  fc.record({ kind: fc.constant('drop' as const) }),
  fc.record({ kind: fc.constant('reconnect' as const) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 700 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('strict' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('look' as const, 'strictLook' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('extend' as const, 'flag' as const), which: session }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('endAll' as const), which: session }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('perform' as const, 'confirm' as const, 'confirm' as const, 'fail' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rest' as const), looks: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('write' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('become' as const), mood: fc.constantFrom('answers' as const, ...moods) }) }
)
/** A stop comes once, if at all before the end. */
const step = fc.oneof({ weight: 100, arbitrary: common }, { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const) }) })

/** How long each session lives, and whether uses are recorded more often than a verdict gets old, less often, or hardly ever. */
const rules = fc.record({
  lifetimesMs: fc.array(fc.constantFrom(300, 900, 86_400_000, 86_400_000), { minLength: sessions.length, maxLength: sessions.length }),
  touchMs: fc.constantFrom(400, 1500, 60_000)
})
type Rules = typeof rules extends fc.Arbitrary<infer Value> ? Value : never
type Opened = ReturnType<typeof opened>
type PlainStore = ReturnType<typeof createPlainStore>
type Answers = ReturnType<typeof createAnswers>
type Moments = ReturnType<PlainStore['moments']>

interface Call { calledMs: number, isHit: boolean, isBeforeChange: boolean, isStrict: boolean, knewEnd: boolean, knewAdvance: boolean }

const worthlessAtMs = ({ endedAtMs, deadlineMs, outdatedAtMs }: Moments) => Math.min(endedAtMs, deadlineMs, outdatedAtMs)

/** What is wrong with accepting a credential on a call of that moment; a hit is what Redis had said before, remembered or still on its way. */
function faultsOf ({ rotation }: Validated, moments: Moments, { calledMs, isHit, isBeforeChange, isStrict, knewEnd, knewAdvance }: Call): string[] {
  const lateMs = calledMs - worthlessAtMs(moments)
  return [
    knewEnd && 'accepted after the news of its end',
    lateMs > (isStrict ? -1 : lifeMs) && `accepted ${lateMs} ms after its end`,
    isHit && isStrict && 'repeated to who asked strictly',
    isBeforeChange && 'repeated as it was before it was changed here',
    isHit && calledMs >= moments.deadlineMs && 'repeated after its deadline',
    isHit && calledMs >= moments.touchDueAtMs && 'repeated when the use had to be recorded',
    isHit && knewAdvance && rotation !== moments.rotation && 'repeated as it was before its successor was used',
    isHit && knewAdvance && calledMs >= moments.outdatedAtMs && 'repeated after its grace'
  ].filter(fault => fault !== false)
}

interface Judged extends Pick<Opened, 'state'>, Pick<Answers, 'given' | 'isOlder'>, Pick<ReturnType<typeof createUseLedger>, 'accepted'> {
  service: SessionStore
  store: PlainStore
  heard: Known
  blame: (fault: string) => void
}

/** Validations, each judged by what held and was known when it was called. */
function createJudge ({ service, state, store, given, isOlder, accepted, heard, blame }: Judged) {
  /** Sessions that whoever asks knows to be there. */
  const opened = new Set(sessions.filter(session => session !== latest).map(({ id }) => id))
  /** How many sessions Redis had said to be alive when one was changed by a verb that is done. */
  const changedAt = new Map<string, number>()
  /** Verdicts that said where the session was used from before. */
  const told = new Set<Validated['times']>()

  async function validate (credential: Credential, isStrict: boolean, isUse: boolean): Promise<void> {
    const { id } = credential
    const [calledMs, knewEnd, knewAdvance, wasOpened] = [state.nowMs, heard.ended.has(id), heard.advanced.has(id), opened.has(id)]
    const [moments, givenBefore, changedBefore] = [store.moments(credential), given(), changedAt.get(id)]
    const found = await service.validate(credential, isStrict, isUse)
    if (found !== null) {
      const [isHit, isBeforeChange] = [isOlder(found, givenBefore), changedBefore !== undefined && isOlder(found, changedBefore)]
      faultsOf(found, moments, { calledMs, isHit, isBeforeChange, isStrict: isStrict || !isUse, knewEnd, knewAdvance }).forEach(blame)
      if (isUse) accepted(found)
      if (found.lastOrigin !== null && told.size === told.add(found.times).size) blame('told twice where it was used from before')
    } else if (wasOpened && state.nowMs < worthlessAtMs(store.moments(credential))) blame('a live session was refused')
  }

  async function open (): Promise<void> {
    await service.create(newSession(latest))
    opened.add(latest.id)
  }

  /** A verb of this instance: what it has done is known as soon as it is done, or has failed. */
  async function change (verb: Promise<unknown>, work: Work): Promise<void> {
    await verb.catch(() => { /* it has happened */ })
    const { givenBefore, changed, ended } = work.effect ?? { givenBefore: 0, changed: [], ended: [] }
    for (const id of changed) changedAt.set(id, Math.max(givenBefore, changedAt.get(id) ?? 0))
    for (const id of ended) heard.ended.add(id)
  }

  return { validate, open, change }
}

/** A near-cache on a plain store, with uses collected around it as in the service, and what they have to be true to. */
function world ({ lifetimesMs, touchMs }: Rules) {
  const faults: string[] = []
  const blame = (fault: string) => { faults.push(fault) }
  const { verbs, unanswered, replies } = createVerbs({ store: () => store, given: () => answers.given(), idsOf: userId => sessionsOf(userId).map(({ id }) => id) })
  const all = opened({}, verbs)
  const { questions, state, cache } = all
  const { heard, announce, ...link } = createNews(all)
  const store = createPlainStore({ now: () => state.nowMs, touchMs, graceMs: GRACE_MS, announce })
  const answers = createAnswers(questions, store, { latestLifetimeMs: lifetimesMs[sessions.indexOf(latest)] ?? 0, heard })
  const { execute, answer } = answers
  const ledger = createUseLedger({ now: () => state.nowMs, store, touchMs, blame })
  const service = ledger.around(cache)
  const judge = createJudge({ ...answers, accepted: ledger.accepted, service, state, store, heard, blame })
  const asked: Array<Promise<void>> = []
  let isOpening = false
  sessions.forEach(({ id }, position) => { if (id !== latest.id) store.add(id, lifetimesMs[position] ?? 0) })

  function validate (position: number, isStrict = false, isUse = true): void {
    const newest = questions.length
    asked.push(judge.validate(credentials[position] as Credential, isStrict, isUse))
    if ((isStrict || !isUse) && questions[newest]?.isUse !== isUse) blame('what is strict or no use was not asked as that')
  }

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
    ledger.become('answers')
    while (unanswered.length > 0) replies.confirm()
    // Who is given nothing that is good any more asks once more.
    for (; questions.length > 0; await settled()) while (questions.length > 0) answer(0)
    await Promise.all(asked)
    await ledger.stop()
    return faults
  }

  const idOf = (position: number) => sessions[position]?.id ?? ''
  const userIdOf = (position: number) => userIds[position] ?? ''
  const change = (verb: Promise<unknown>) => { asked.push(judge.change(verb, unanswered.at(-1) as Work)) }
  const write = () => { asked.push(ledger.write()) }

  /** Time goes on as the timer sees it. */
  async function rest (looks: number): Promise<void> {
    for (let i = 0; i < looks; i++) {
      link.wait(touchMs / 4)
      write()
      await settled()
    }
  }

  return {
    steps: {
      ...link,
      ...replies,
      validate,
      use,
      execute,
      answer,
      open,
      strict: (position: number) => validate(position, true),
      look: (position: number) => validate(position, false, false),
      strictLook: (position: number) => validate(position, true, false),
      revoke: (position: number) => store.end(idOf(position)),
      extend: (position: number) => change(service.extend(idOf(position), EXTENSION_MS)),
      flag: (position: number) => change(service.flag(idOf(position), elsewhere)),
      endAll: (position: number) => change(service.endAll(userIdOf(position), null)),
      become: ledger.become,
      rest,
      write,
      stop: () => { asked.push(ledger.stop()) }
    },
    end
  }
}

t.test('in any order of fill, hit, use, expiry, rotation, change, end, news, loss and reconnection nothing is accepted beyond the bound, nothing alive is refused, and every use is written', async t => {
  await fc.assert(fc.asyncProperty(rules, fc.array(step, { maxLength: MOST_STEPS, size: 'max' }), async (rules, taken) => {
    const { steps, end } = world(rules)
    for (const each of taken) {
      if (each.kind === 'wait') steps.wait(each.ms)
      else if (each.kind === 'rest') await steps.rest(each.looks)
      else if (each.kind === 'become') steps.become(each.mood)
      else if ('which' in each) steps[each.kind](each.which)
      else steps[each.kind]()
      await settled()
    }
    const faults = await end()
    if (faults.length > 0) throw new Error(faults.join('; '))
  }), { numRuns: RUNS })
  t.pass(`${RUNS} orders`)
})
