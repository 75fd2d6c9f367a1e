import type { Credential } from '../../src/sessions/credential.ts'
import type { Rotation, Validated } from '../../src/sessions/session.ts'
import { sessionOf } from './fakes.ts'

export interface PlainStoreOptions {
  now: () => number
  /** A use is recorded at most once in this time. */
  touchMs: number
  /** How long a predecessor is good once its successor was used. */
  graceMs: number
  /** What a near-cache elsewhere would be told. */
  announce: (id: string, change: Change) => void
}

export type Change = 'ended' | 'advanced'

interface PlainSession { deadlineMs: number, touchedAtMs: number, generation: number, advancedAtMs: number, endedAtMs: number }

const neverThere: PlainSession = { deadlineMs: Infinity, touchedAtMs: Infinity, generation: 1, advancedAtMs: -Infinity, endedAtMs: Infinity }

/** Redis as a near-cache sees it, in a few lines: sessions end, expire, are used, and go on with a second generation. */
export function createPlainStore ({ now, touchMs, graceMs, announce }: PlainStoreOptions) {
  const sessions = new Map<string, PlainSession>()

  const endOf = ({ endedAtMs, deadlineMs }: PlainSession) => Math.min(endedAtMs, deadlineMs)
  const graceEndOf = ({ advancedAtMs }: PlainSession) => advancedAtMs + graceMs
  const isOutdated = (session: PlainSession, generation: number) => generation < session.generation && now() >= graceEndOf(session)

  function end (id: string): void {
    const session = sessions.get(id)
    if (session === undefined || now() >= endOf(session)) return
    session.endedAtMs = now()
    announce(id, 'ended')
  }

  function advance (id: string, session: PlainSession, generation: number): void {
    Object.assign(session, { generation, advancedAtMs: now() })
    announce(id, 'advanced')
  }

  /** A predecessor's client is to take the next credential. */
  const rotationOf = (session: PlainSession, generation: number): Rotation => generation < session.generation ? 'due' : 'possible'

  function goodForMs (session: PlainSession): number {
    const graceEndsMs = now() < graceEndOf(session) ? graceEndOf(session) : Infinity
    return Math.min(session.deadlineMs, session.touchedAtMs + touchMs, graceEndsMs) - now()
  }

  return {
    add (id: string, lifetimeMs: number): void {
      sessions.set(id, { deadlineMs: now() + lifetimeMs, touchedAtMs: now(), generation: 1, advancedAtMs: -Infinity, endedAtMs: Infinity })
    },

    end,

    /** Whether that session was ever opened. */
    has: (id: string) => sessions.has(id),

    /** Whether it was ended; not whether its deadline has passed. */
    hasEnded: (id: string) => now() >= (sessions.get(id) ?? neverThere).endedAtMs,

    extend (id: string, ms: number): void {
      const session = sessions.get(id)
      if (session !== undefined && now() < endOf(session)) session.deadlineMs = Math.max(session.deadlineMs, now() + ms)
    },

    /** Records a use that has waited, unless a later one is recorded. Null if the session is not alive. */
    touch (id: string, ageMs: number): string[] | null {
      const session = sessions.get(id)
      if (session === undefined || now() >= endOf(session)) return null
      session.touchedAtMs = Math.max(session.touchedAtMs, now() - ageMs)
      return []
    },

    /** As the service's own store judges: a use may be recorded, the generation advance, a reuse end the session. Where it was used from before is told with a use that is recorded. */
    validate ({ id, generation }: Pick<Credential, 'id' | 'generation'>, isUse: boolean): Validated | null {
      const session = sessions.get(id)
      if (session === undefined || now() >= endOf(session)) return null
      const isAdvanced = generation > session.generation
      if (isAdvanced) advance(id, session, generation)
      if (isOutdated(session, generation)) {
        end(id)
        return null
      }
      const isRecorded = isUse && now() >= session.touchedAtMs + touchMs
      if (isRecorded) session.touchedAtMs = now()
      const found = sessionOf(id, goodForMs(session))
      return { ...found, lastOrigin: isRecorded ? found.lastOrigin : null, rotation: rotationOf(session, generation), isAdvanced }
    },

    /** What is so now of that credential, and when it begins or began to be worth nothing or to need the store, as far as that is settled. */
    moments ({ id, generation }: Pick<Credential, 'id' | 'generation'>) {
      const session = sessions.get(id) ?? neverThere
      const { endedAtMs, deadlineMs, touchedAtMs } = session
      const outdatedAtMs = generation < session.generation ? graceEndOf(session) : Infinity
      return { endedAtMs, deadlineMs, outdatedAtMs, touchDueAtMs: touchedAtMs + touchMs, rotation: rotationOf(session, generation) }
    }
  }
}
