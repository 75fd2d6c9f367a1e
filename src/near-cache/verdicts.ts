import type { Credential } from '../sessions/credential.ts'
import type { Validated } from '../sessions/session.ts'

export interface VerdictLimits {
  /** Verdicts that are kept at most. */
  entries: number
  /** Bytes that they may take, roughly. */
  bytes: number
  /** How long any of them is good at most. */
  lifeMs: number
}

interface Verdict {
  credential: Credential
  session: Validated | null
  /** On the monotonic clock. */
  goodUntilMs: number
  slot: number
  /** How often the slot had changed when it was kept: who keeps it makes sure that it was not overtaken until then. */
  changes: number
}

/** Measured: what a verdict takes with its credential, its session, the written answer of /me and the place that were made of it, beyond the characters of the profile. */
export const OVERHEAD_BYTES = 1400

export const SLOTS = 0x10000

/**
 * Verdicts by credential: the digest of its secret finds the session, whose generations take turns. A change only counts its slot up, and
 * what was found before the change is not found any more. Nothing is taken out by itself: when the younger half is full or as old as a
 * verdict may be, it becomes the older half, and what was the older half is forgotten.
 */
export function createVerdicts ({ entries, bytes, lifeMs }: VerdictLimits) {
  const changes = new Uint32Array(SLOTS)
  let older = new Map<string, Verdict>()
  let younger = new Map<string, Verdict>()
  let youngerBytes = 0
  let youngerSinceMs = -Infinity

  /** How often a slot has changed: the same number before and after says that nothing was told in between. NaN for what is no slot. */
  const changesOf = (slot: number): number => changes[slot] ?? NaN

  function dropSlot (slot: number): void {
    changes[slot] = changesOf(slot) + 1
  }

  function makeRoom (nowMs: number): void {
    if (younger.size < entries / 2 && youngerBytes < bytes / 2 && nowMs < youngerSinceMs + lifeMs) return
    older = younger
    younger = new Map()
    youngerBytes = 0
    youngerSinceMs = nowMs
  }

  return {
    /** Undefined if there is none that is good. */
    get ({ id, generation, secretDigest }: Credential, nowMs: number): Validated | null | undefined {
      const verdict = younger.get(secretDigest) ?? older.get(secretDigest)
      if (verdict === undefined || nowMs >= verdict.goodUntilMs || verdict.changes !== changes[verdict.slot]) return undefined
      return verdict.credential.id === id && verdict.credential.generation === generation ? verdict.session : undefined
    },

    changesOf,

    keep (credential: Credential, slot: number, session: Validated | null, goodUntilMs: number, nowMs: number): void {
      makeRoom(nowMs)
      younger.set(credential.secretDigest, { credential, session, goodUntilMs, slot, changes: changesOf(slot) })
      youngerBytes += OVERHEAD_BYTES + sizeOf(session)
    },

    dropSlot,

    clear (): void {
      for (let slot = 0; slot < SLOTS; slot++) dropSlot(slot)
      older = new Map()
      younger = new Map()
      youngerBytes = 0
    },

    /** Those that are not good any more included, as long as they are kept. */
    size: () => older.size + younger.size
  }
}

function sizeOf (session: Validated | null): number {
  if (session === null) return 0
  const { userId, profile: { email, name, roles, claims, openedBy = '' } } = session
  const ofClaims = claims === undefined ? '' : JSON.stringify(claims)
  return 2 * [userId, email, name, ...roles, ofClaims, openedBy].reduce((sum, text) => sum + text.length, 0)
}
