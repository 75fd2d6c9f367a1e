import { LRUCache } from 'lru-cache'
import type { Budget, Counter, FailureTotals, Refusal } from './failure-counters.ts'
import { sourceOf } from './source.ts'
import type { Subjects } from './subjects.ts'

export interface InvalidCredentialsOptions {
  totals: FailureTotals
  subjects: Pick<Subjects, 'address'>
  budget: Budget
  /** How often what was counted here is added to the totals. */
  flushEveryMs?: number
  /** Sources that are remembered; who has sent nothing for longest is forgotten first. */
  mostSources?: number
  /** A clock that never goes back, ms. */
  now?: () => number
}

/** What is known of one source. */
interface Source {
  counter: Counter
  /** In the totals when they were last asked, other instances' share included. */
  stored: number
  /** Counted here and not in the totals yet. */
  pending: number
  windowEndsMs: number
}

/** Totals that one flush asks for: each is a script of about 15 µs, and validations wait behind them on the same connection. */
const MOST_AT_ONCE = 250

/**
 * Bounds how many credentials that are worth nothing one source may send. They are counted in this process, because a forged one must not
 * cost a command, and told to all instances once a flush; so the count over several instances is late by that time, and goes on while the
 * totals cannot be reached. What an unanswered flush brought may be counted twice.
 */
export function createInvalidCredentials ({ totals, subjects, budget, flushEveryMs = 1000, mostSources = 4096, now = () => performance.now() }: InvalidCredentialsOptions) {
  const sources = new LRUCache<string, Source>({ max: mostSources })
  let flushing: Promise<void> | null = null
  const timer = setInterval(() => { flushing ??= flush().finally(() => { flushing = null }) }, flushEveryMs).unref()

  function tallyOf (address: string): Source {
    const source = sourceOf(address)
    const known = sources.get(source)
    if (known !== undefined && now() < known.windowEndsMs) return known
    const tally = { counter: { policy: 'credential' as const, subject: subjects.address(address), budget }, stored: 0, pending: 0, windowEndsMs: now() + budget.windowMs }
    sources.set(source, tally)
    return tally
  }

  /** Those that were heard of longest ago first, so that nobody is left waiting by others. */
  async function flush (): Promise<void> {
    const waiting: Source[] = []
    sources.rforEach(source => { if (source.pending > 0 && waiting.length < MOST_AT_ONCE) waiting.push(source) })
    await Promise.all(waiting.map(add))
  }

  async function add (source: Source): Promise<void> {
    const sent = source.pending
    try {
      const { failures, endsInMs } = await totals.add(source.counter, sent)
      source.stored = failures
      source.pending -= sent
      source.windowEndsMs = now() + endsInMs
    } catch {
      // It stays pending, and counts here.
    }
  }

  return {
    /** Counts one credential from there, or says for how long there is no room for it; then it is not counted. Asks nobody. */
    count (address: string): Refusal | null {
      const source = tallyOf(address)
      if (source.stored + source.pending >= budget.failures) return { counter: source.counter, waitMs: source.windowEndsMs - now() }
      source.pending += 1
      return null
    },

    /** Sources that are remembered. */
    size: () => sources.size,

    /** Counts no longer for others; what was not flushed is forgotten. */
    async close () {
      clearInterval(timer)
      await flushing
    }
  }
}
