import { isBehind, partsOf, type Position, type Revocation, type RevocationPage } from '../../revocations/revocation.ts'
import { idOf } from '../../sessions/credential.ts'
import type { Call } from '../call.ts'
import type { Keys } from '../keys.ts'
import type { RedisClient } from '../scripts.ts'

/** Entries that one call adds, so that no call blocks Redis for longer than a fraction of a millisecond. */
export const MOST_ADDED = 64

/** How long an end may matter, as lua/includes/revoked.lua has it. */
const REVOKED_LIFE_MS = 360_000

/** Whether who asked is the mover (since just now: `new`), and when that was by Redis. */
export interface Lease { holder: 'other' | 'own' | 'new', nowMs: number }

export type RevocationStream = ReturnType<typeof createRevocationStream>

/** The one feed of all ends. */
export function createRevocationStream ({ client, keys }: { client: RedisClient, keys: Pick<Keys, 'revocations' | 'revocationsMover'> }, call: Call) {
  return {
    /** Adds entries, `<slot tag> <entry of its outbox>`, and says that every end before `wholeMs` is there. */
    async append (owner: string, leaseMs: number, wholeMs: number | null, entries: string[]): Promise<Lease> {
      const [isOwn, now] = await call(() => client.revocationsAppend(keys.revocations, keys.revocationsMover, owner, leaseMs, wholeMs ?? '', ...entries))
      return { holder: isOwn === 0 ? 'other' : isOwn === 1 ? 'own' : 'new', nowMs: Number(now) }
    },

    /** At most `most` of what comes behind a position; from null on all that may still matter. Null if what follows that position is not known any more. */
    async read (after: Position | null, most: number): Promise<RevocationPage | null> {
      const [ms, number] = after === null ? ['', ''] : partsOf(after)
      const reply = await call(() => client.revocationsRead(keys.revocations, keys.revocationsMover, ms, number, most))
      return reply === null ? null : pageOf(reply, after, most)
    }
  }
}

function pageOf ([oldest, whole, now, ...fields]: [oldest: string, whole: string, now: string, ...fields: string[]], after: Position | null, most: number): RevocationPage {
  const entries = Array.from({ length: fields.length / 2 }, (_, i) => fields.slice(2 * i, 2 * i + 2) as [position: Position, text: string])
  const [isMore, last] = [entries.length === most, entries.map(([position]) => position).slice(-1)]
  return {
    revocations: entries.flatMap(([position, text]) => revocationOf(position, text) ?? []),
    position: latestOf([after ?? positionAt(oldest), ...last, ...isMore ? [] : quietPosition(whole)]),
    isMore,
    ageMs: ageOf(Number(whole), Number(now))
  }
}

/** Null while nobody has said, or by a clock that was ahead. */
function ageOf (wholeMs: number, nowMs: number): number | null {
  return wholeMs === 0 || wholeMs > nowMs + 1000 ? null : Math.max(0, nowMs - wholeMs)
}

/** What is added from now on is at the moment of `whole` or behind it: with nothing new, whoever reads on has not to come from ever longer ago. */
function quietPosition (whole: string): Position[] {
  return Number(whole) === 0 ? [] : [positionAt(String(Number(whole) - 1))]
}

function positionAt (ms: string): Position {
  return `${ms}-0` as Position
}

function latestOf (positions: Position[]): Position {
  return positions.reduce((latest, position) => isBehind(position, latest) ? position : latest)
}

const ENTRY = /^([0-9a-f]{4}) (\d{1,15}) ([sua]) ([0-9a-f]{28}|-) ([a-z_]+) (.+)$/s

/** Null of what is damaged: nobody can be told what it meant. */
function revocationOf (position: Position, text: string): Revocation | null {
  const [, tag = '', at = '', kind, hex = '', reason = '', userId = ''] = ENTRY.exec(text) ?? []
  if (kind === undefined) return null
  const told = { reason, expiresAtMs: Number(at) + REVOKED_LIFE_MS, position }
  const id = hex === '-' ? null : idOf(tag + hex)
  if (kind === 'a') return { ...told, beforeMs: Number(at) }
  if (kind === 'u') return { ...told, userId, beforeMs: Number(at), exceptId: id }
  return id === null ? null : { ...told, userId, sessionId: id }
}
