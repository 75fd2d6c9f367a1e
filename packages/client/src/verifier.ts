import { isPassing, SessionServiceError, unreachable } from './errors.ts'
import type { Client } from './client.ts'
import { createKnown, type Entry } from './known.ts'
import type { operations } from './openapi.ts'
import type { Revocations } from './revocations.ts'

type Introspection = operations['introspect']['responses'][200]['content']['application/json']

/** What is known of a good credential: the answer of POST /v1/introspect (RFC 7662). */
export type Verdict = Introspection & Required<Pick<Introspection, 'sub' | 'sid' | 'iat' | 'exp' | 'auth_time' | 'roles'>> & { active: true }

export interface Verifier {
  /** Null for whatever is wrong with a credential. Rejects with SessionServiceError if that cannot be known. */
  verify: (credential: string) => Verdict | null | PromiseLike<Verdict | null>
}

export interface VerifierOptions {
  client: Pick<Client, 'introspectBatch'>
  /** What tells which sessions have ended: they are forgotten when that is heard. */
  revocations?: Pick<Revocations, 'listen'>
  /** Whether sessions of who has not logged in are good, too: their verdicts have `anonymous`. Not if absent. */
  anonymous?: boolean
  /** Verdicts that are remembered at most. */
  maxEntries?: number
  /** Milliseconds on a clock that never goes back. */
  clock?: () => number
}

interface Question { credential: string, resolve: (verdict: Verdict | null) => void, reject: (error: unknown) => void }

/** Nothing else is worth a question: a credential, or a token that the service signed. */
const SHAPE = /^(?:[0-9a-f-]{36}\.[1-9][0-9]{0,15}\.[\w-]{64}|eyJ[\w-]+\.[\w-]+\.[\w-]+)$/

/** Longer ones are nothing that the service made. */
const LONGEST = 4096

/** Of a verdict nobody remembers more, whatever the service says: so much longer than it lasts is a session accepted that has ended. With what asking again takes, a second. */
const LONGEST_KEEP_MS = 950

/** What fits into a call of the service, which takes 1 MiB. */
const MOST_IN_BATCH = 500
const MOST_CHARACTERS = 900_000
const MOST_UNDER_WAY = 4

/** More than wait for a service that answers. */
const MOST_WAITING = 5000

/**
 * Asks the service whose a credential is, and remembers it as long as the service allows (`x-keep-ms`, a second at most), counted from when it asked: a session that
 * has ended is accepted for no longer than that, by anybody, and where revocations are heard of, until then. Questions that come while others are on their way travel together; the same question is asked once.
 */
export function createVerifier ({ client, revocations, anonymous = false, maxEntries = 10_000, clock = () => performance.now() }: VerifierOptions): Verifier {
  const known = createKnown(maxEntries, clock)
  revocations?.listen(known.forget)
  const ask: Ask = tokens => client.introspectBatch({ body: { tokens, ...(anonymous && { include: 'anonymous' }) } })
  // Apart, because a verdict on a token is not to be kept, and one call says of all how long.
  const [sessions, tokens] = [createLane(ask, clock, known.remember), createLane(ask, clock, known.remember)]

  return {
    verify (credential) {
      const entry = known.get(credential)
      if (entry !== undefined && entry.until > clock()) return entry.verdict
      if (credential.length > LONGEST || !SHAPE.test(credential)) return null
      return (credential.startsWith('eyJ') ? tokens : sessions).ask(credential)
    }
  }
}

type Ask = (tokens: string[]) => ReturnType<VerifierOptions['client']['introspectBatch']>

/** Questions that travel together. */
function createLane (ask: Ask, clock: () => number, remember: (credential: string, entry: Entry, askedAt: number) => void) {
  const asked = new Map<string, Promise<Verdict | null>>()
  let waiting: Question[] = []
  let underWay = 0
  let isScheduled = false

  /** At the end of this turn of the event loop, so that all who come in it travel together. */
  function schedule (): void {
    if (isScheduled || waiting.length === 0 || underWay >= MOST_UNDER_WAY) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      underWay++
      send(takeBatch()).finally(() => {
        underWay--
        schedule()
      })
      schedule()
    })
  }

  function takeBatch (): Question[] {
    let [count, characters] = [0, 0]
    while (count < Math.min(waiting.length, MOST_IN_BATCH)) {
      characters += waiting[count]?.credential.length ?? 0
      if (characters > MOST_CHARACTERS) break
      count++
    }
    const batch = waiting.slice(0, count)
    waiting = waiting.slice(count)
    // Who asks from now on is not answered by what was so before.
    for (const { credential } of batch) asked.delete(credential)
    return batch
  }

  async function send (batch: Question[]): Promise<void> {
    const askedAt = clock()
    try {
      const { body: { results }, headers } = await ask(batch.map(({ credential }) => credential))
      const until = askedAt + Math.min(Number(headers.get('x-keep-ms')) || 0, LONGEST_KEEP_MS)
      for (const [i, { credential, resolve }] of batch.entries()) {
        const verdict = results[i]?.active === true ? results[i] as Verdict : null
        if (until > clock()) remember(credential, { verdict, until }, askedAt)
        resolve(verdict)
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
      if (error instanceof SessionServiceError && isPassing(error)) giveUp(error)
    }
  }

  /** Who waits behind others that got no answer would get none either. */
  function giveUp (error: unknown): void {
    for (const { credential, reject } of waiting) {
      asked.delete(credential)
      reject(error)
    }
    waiting = []
  }

  return {
    ask (credential: string): Promise<Verdict | null> {
      const same = asked.get(credential)
      if (same !== undefined) return same
      if (waiting.length >= MOST_WAITING) return Promise.reject(unreachable(new Error(`${MOST_WAITING} questions wait already`)))
      const answer = new Promise<Verdict | null>((resolve, reject) => { waiting.push({ credential, resolve, reject }) })
      asked.set(credential, answer)
      schedule()
      return answer
    }
  }
}
