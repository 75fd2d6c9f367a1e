import type { Client } from './client.ts'
import type { operations } from './openapi.ts'

/** What is known of a good credential: the answer of POST /v1/introspect (RFC 7662). */
export type Verdict = operations['introspect']['responses'][200]['content']['application/json']

export interface Verifier {
  /** Null for whatever is wrong with a credential. Rejects with SessionServiceError if that cannot be known. */
  verify: (credential: string) => Verdict | null | Promise<Verdict | null>
}

export interface VerifierOptions {
  client: Pick<Client, 'introspectBatch'>
  /** Verdicts that are remembered at most. */
  maxEntries?: number
  /** Milliseconds on a clock that never goes back. */
  clock?: () => number
}

interface Entry { verdict: Verdict | null, until: number }
interface Question { credential: string, resolve: (verdict: Verdict | null) => void, reject: (error: unknown) => void }

/** Nothing else is worth a question: a credential, or a token that the service signed. */
const SHAPE = /^(?:[0-9a-f-]{36}\.[1-9][0-9]{0,15}\.[\w-]{64}|eyJ[\w-]{1,2000}\.[\w-]{1,2000}\.[\w-]{1,2000})$/

const LARGEST_BATCH = 500
const MOST_IN_FLIGHT = 4

/**
 * Asks the service whose a credential is, and remembers it as long as the service allows (`x-keep-ms`, a second at most), counted from when it asked: a session that
 * has ended is accepted for no longer than that, by anybody. Questions that come while others are on their way travel together; the same question is asked once.
 */
export function createVerifier ({ client, maxEntries = 10_000, clock = () => performance.now() }: VerifierOptions): Verifier {
  const known = new Map<string, Entry>()
  const asked = new Map<string, Promise<Verdict | null>>()
  let waiting: Question[] = []
  let inFlight = 0
  let isScheduled = false

  function remember (credential: string, entry: Entry): void {
    known.delete(credential)
    known.set(credential, entry)
    if (known.size <= maxEntries) return
    const [oldest] = known.keys()
    known.delete(String(oldest))
  }

  function ask (credential: string): Promise<Verdict | null> {
    const answer = new Promise<Verdict | null>((resolve, reject) => { waiting.push({ credential, resolve, reject }) })
    asked.set(credential, answer)
    schedule()
    return answer
  }

  /** At the end of this turn of the event loop, so that all who come in it travel together. */
  function schedule (): void {
    if (isScheduled || waiting.length === 0 || inFlight >= MOST_IN_FLIGHT) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      const batch = waiting.slice(0, LARGEST_BATCH)
      waiting = waiting.slice(LARGEST_BATCH)
      inFlight++
      send(batch).finally(() => {
        inFlight--
        schedule()
      })
      schedule()
    })
  }

  async function send (batch: Question[]): Promise<void> {
    const askedAt = clock()
    try {
      const { body: { results }, headers } = await client.introspectBatch({ body: { tokens: batch.map(({ credential }) => credential) } })
      const until = askedAt + Number(headers.get('x-keep-ms') ?? 0)
      for (const [i, { credential, resolve }] of batch.entries()) {
        const verdict = results[i]?.active === true ? results[i] : null
        asked.delete(credential)
        if (until > clock()) remember(credential, { verdict, until })
        resolve(verdict)
      }
    } catch (error) {
      for (const { credential, reject } of batch) {
        asked.delete(credential)
        reject(error)
      }
    }
  }

  return {
    verify (credential) {
      if (!SHAPE.test(credential)) return null
      const entry = known.get(credential)
      if (entry !== undefined && entry.until > clock()) return entry.verdict
      return asked.get(credential) ?? ask(credential)
    }
  }
}
