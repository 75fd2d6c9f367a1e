import { LRUCache } from 'lru-cache'
import type { Validated } from '../sessions/session.ts'

export interface VerdictLimits {
  /** Verdicts that are kept at most; those that were used longest ago go first. */
  entries: number
  /** Bytes that they may take, roughly. */
  bytes: number
}

interface Verdict {
  /** As a promise, which is what everyone who asks gets. */
  found: Promise<Validated | null>
  /** On the monotonic clock. */
  goodUntilMs: number
  slot: string
}

/** What an object with its strings takes beyond their characters. */
const OVERHEAD_BYTES = 600

/** Verdicts by credential; dropped by slot. */
export function createVerdicts ({ entries, bytes }: VerdictLimits) {
  const bySlot = new Map<string, Set<string>>()
  const kept = new LRUCache<string, Verdict>({ max: entries, maxSize: bytes, dispose: ({ slot }, key) => leave(slot, key) })

  function leave (slot: string, key: string): void {
    const keys = bySlot.get(slot)
    keys?.delete(key)
    if (keys?.size === 0) bySlot.delete(slot)
  }

  return {
    get (key: string, nowMs: number): Promise<Validated | null> | undefined {
      const verdict = kept.get(key)
      return verdict !== undefined && nowMs < verdict.goodUntilMs ? verdict.found : undefined
    },

    keep (key: string, slot: string, session: Validated | null, goodUntilMs: number): void {
      kept.set(key, { found: Promise.resolve(session), goodUntilMs, slot }, { size: OVERHEAD_BYTES + sizeOf(session) })
      const keys = bySlot.get(slot) ?? new Set()
      bySlot.set(slot, keys.add(key))
    },

    dropSlot (slot: string): void {
      for (const key of bySlot.get(slot) ?? []) kept.delete(key)
    },

    clear: () => kept.clear(),

    size: () => kept.size
  }
}

function sizeOf (session: Validated | null): number {
  if (session === null) return 0
  const { userId, profile: { email, name, roles } } = session
  return 2 * [userId, email, name, ...roles].reduce((sum, text) => sum + text.length, 0)
}
