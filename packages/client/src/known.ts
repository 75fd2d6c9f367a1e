import type { Revocation } from './revocations.ts'
import type { Verdict } from './verifier.ts'

export interface Entry { verdict: Verdict | null, until: number }

interface News { revocation: Revocation, heardAt: number }

/** News that a verdict may have crossed on its way is remembered so long (ms): longer than any verdict is waited for. */
const NEWS_LASTS_MS = 5000

/** Verdicts by credential, at most so many, and without those of sessions that have ended. */
export function createKnown (maxEntries: number, clock: () => number) {
  const entries = new Map<string, Entry>()
  const credentialsOf = new Map<string, Set<string>>()
  /** As it was heard, so the latest comes last. */
  let news: News[] = []

  function drop (credential: string): void {
    const sub = entries.get(credential)?.verdict?.sub
    entries.delete(credential)
    if (sub === undefined) return
    const all = credentialsOf.get(sub)
    all?.delete(credential)
    if (all?.size === 0) credentialsOf.delete(sub)
  }

  /** The verdict was on its way when it was told that the session has ended. */
  function isOvertaken ({ sub, sid }: Verdict, askedAt: number): boolean {
    for (let i = news.length - 1; i >= 0; i--) {
      const { revocation, heardAt } = news[i] as News
      if (heardAt < askedAt) return false
      if ((revocation.sub ?? sub) === sub && (revocation.sid ?? sid) === sid) return true
    }
    return false
  }

  return {
    get: (credential: string): Entry | undefined => entries.get(credential),

    remember (credential: string, entry: Entry, askedAt: number): void {
      drop(credential)
      if ((news.at(-1)?.heardAt ?? Infinity) < clock() - NEWS_LASTS_MS) news = []
      const { verdict } = entry
      if (verdict !== null) {
        if (isOvertaken(verdict, askedAt)) return
        const all = credentialsOf.get(verdict.sub) ?? new Set()
        credentialsOf.set(verdict.sub, all.add(credential))
      }
      entries.set(credential, entry)
      if (entries.size <= maxEntries) return
      const [oldest] = entries.keys()
      drop(String(oldest))
    },

    /** Of all sessions of a user, or of everybody, the one that goes on too: it is asked about again. */
    forget (revocations: Revocation[]): void {
      const heardAt = clock()
      news = [...news.filter(({ heardAt }) => heardAt > clock() - NEWS_LASTS_MS), ...revocations.map(revocation => ({ revocation, heardAt }))]
      for (const { sub, sid } of revocations) {
        const meant = sub === undefined ? entries.keys() : credentialsOf.get(sub) ?? []
        for (const credential of [...meant]) {
          if (sid === undefined || entries.get(credential)?.verdict?.sid === sid) drop(credential)
        }
      }
    }
  }
}
