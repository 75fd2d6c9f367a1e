import type { Validated } from '../../src/sessions/session.ts'
import { createCall } from '../../src/store/call.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { collectUses } from '../../src/store/uses.ts'
import type { createPlainStore } from './plain-store.ts'

/** How Redis takes what is written: it answers, then or later; does it and cannot say so; never gets it; or is known to be away. */
export const moods = ['answers', 'holds', 'is mute', 'loses', 'is away'] as const
export type Mood = typeof moods[number]

export interface UseLedgerOptions {
  now: () => number
  store: Pick<ReturnType<typeof createPlainStore>, 'touch'>
  touchMs: number
  /** Told what is wrong. */
  blame: (fault: string) => void
}

/** An accepted use, and when it was last tried in vain to write it. */
interface Use { atMs: number, triedAtMs: number }

/** A collector of uses on a Redis of changing moods, and what it owes: the last use of each session that neither a validation nor it has written. */
export function createUseLedger ({ now, store, touchMs, blame }: UseLedgerOptions) {
  const owed = new Map<string, Use>()
  const held: Array<() => void> = []
  let mood: Mood = 'answers'
  let failures = 0
  let stopped: Promise<void> | null = null

  function written (id: string, use: Use | undefined): void {
    if (owed.get(id) === use) owed.delete(id)
  }

  function failed (id: string, use: Use | undefined): never {
    failures++
    if (use !== undefined) use.triedAtMs = now()
    // It does not know that a validation has written a later one meanwhile. To write it again changes nothing.
    if (use !== undefined && !owed.has(id)) owed.set(id, use)
    throw new Error('no reply')
  }

  /** Redis' part. Whatever is written is the last use, for the moment when it was accepted: none of the future, none twice, and before the stop none that another one may follow. */
  async function sessionTouch (id: string, _touchText: unknown, ageMs: number): Promise<string[] | null> {
    const use = owed.get(id)
    if (use?.atMs !== now() - ageMs) blame(`wrote a use of ${now() - ageMs}, owed was ${use?.atMs ?? 'none'}`)
    if (stopped === null && ageMs < touchMs) blame(`wrote a use after ${ageMs} ms`)
    if (mood === 'loses') return failed(id, use)
    const moved = store.touch(id, ageMs)
    if (mood === 'holds') await new Promise<void>(resolve => held.push(resolve))
    if (mood !== 'answers') return failed(id, use)
    written(id, use)
    return moved
  }

  /** Asked before anything is sent: what is refused waits again. */
  function isAvailable (): boolean {
    if (mood !== 'is away') return true
    for (const use of owed.values()) use.triedAtMs = now()
    return false
  }

  const { call } = createCall({ isAvailable, timeoutMs: 60_000 })
  const client = { sessionTouch } as unknown as RedisClient
  const uses = collectUses({ client, keys: { session: id => id }, liveCount: { move () {} }, touchIntervalMs: touchMs, closeMs: Infinity, clock: now }, call)

  /** Since when it is owed at most: what waits alone is written after an interval, others may have to let those pass that were in use when they were looked at. */
  const mostMs = (): number => owed.size === 1 ? touchMs : 2 * touchMs

  return {
    around: uses.around,

    accepted ({ id, lastOrigin }: Validated): void {
      if (lastOrigin === null) owed.set(id, { atMs: now(), triedAtMs: -Infinity })
      else owed.delete(id)
    },

    become (next: Mood): void {
      mood = next
      if (next !== 'holds') for (const release of held.splice(0)) release()
    },

    /** As the timer does, until the stop. */
    async write (): Promise<void> {
      if (stopped !== null) return
      const [dueMs, wasAnswering, failuresBefore] = [now() - mostMs(), mood === 'answers' && held.length === 0, failures]
      const due = [...owed].filter(([, { atMs, triedAtMs }]) => Math.max(atMs, triedAtMs) <= dueMs)
      await uses.writeDue()
      if (!wasAnswering || failures > failuresBefore) return
      for (const [id, use] of due) if (owed.get(id) === use) blame(`left a use unwritten for ${now() - use.atMs} ms`)
    },

    /** Whatever is owed then is written, if Redis answers. */
    stop (): Promise<void> {
      const [atStop, wasThere, failuresBefore] = [[...owed], mood === 'answers' || mood === 'holds', failures]
      stopped ??= uses.close().then(() => {
        if (!wasThere || failures > failuresBefore) return
        for (const [id, use] of atStop) if (owed.get(id) === use) blame('left a use unwritten when it stopped')
      })
      return stopped
    }
  }
}
