import type { Device } from '../../src/sessions/devices/device.ts'
import type { LimitPolicy } from '../../src/sessions/policies/limits.ts'
import type { Rotation } from '../../src/sessions/session.ts'

/** How the service of one sequence is set. */
export interface Settings { touchIntervalMs: number, graceMs: number, rotateAfterMs: number }

/** Moments (ms of the model's clock) that a command may set to its own moment, which is known to the store exactly and to the model nearly. */
export type Moment = 'createdAtMs' | 'touchedAtMs' | 'absoluteMs' | 'extendedUntilMs' | 'advancedAtMs'

export interface ModelSession extends Record<Moment, number> {
  id: string
  userId: string
  deviceType: Device['type']
  deviceId: string | null
  lifetime: string
  idleMs: number
  rotates: boolean
  generation: number
  /** The last time that it was used, recorded or not. */
  lastUsedAtMs: number
  /** The absolute deadline that the login told, which nothing may move. */
  toldAbsoluteMs: number
  /** Credentials that were ever given out or presented: generation 1 first. */
  credentials: string[]
  data: Map<string, string>
  version: number
  /** What ended it, or null; running out of time does without a word. */
  ended: string | null
  /** What the last command set to its moment. */
  moved: Set<Moment>
}

export interface NewModelSession extends Pick<ModelSession, 'id' | 'userId' | 'toldAbsoluteMs' | 'deviceType' | 'deviceId' | 'lifetime' | 'idleMs' | 'rotates'> {
  absoluteLifetimeMs: number
  credential: string
}

/**
 * What is to be expected of sessions, in the plainest words: no Redis, no keys, no TTL. Its clock is that of the store and
 * what was let pass beside it; it stands still during a command.
 */
export class Model {
  readonly settings: Settings
  readonly sessions: ModelSession[] = []
  /** The last end-all of each user. */
  readonly endedAllAtMs = new Map<string, number>()
  /** Users whose end-all was the last command. */
  readonly justEnded = new Set<string>()
  nowMs = 0

  constructor (settings: Settings) {
    this.settings = settings
  }

  /** A login that is judged after an end-all belongs to the time after it, also within one millisecond. */
  open ({ credential, absoluteLifetimeMs, ...session }: NewModelSession): void {
    const createdAtMs = Math.max(this.nowMs, (this.endedAllAtMs.get(session.userId) ?? -1) + 1)
    this.sessions.push({
      ...session,
      createdAtMs,
      touchedAtMs: createdAtMs,
      absoluteMs: createdAtMs + absoluteLifetimeMs,
      extendedUntilMs: 0,
      advancedAtMs: createdAtMs,
      lastUsedAtMs: createdAtMs,
      generation: 1,
      credentials: [credential],
      data: new Map(),
      version: 0,
      ended: null,
      moved: new Set(['createdAtMs', 'touchedAtMs', 'absoluteMs', 'advancedAtMs'])
    })
  }

  /** When idleness ends it, one touch interval late at most, or an extension, or the absolute deadline. */
  deadlineOf ({ touchedAtMs, idleMs, extendedUntilMs, absoluteMs }: ModelSession): number {
    return Math.min(Math.max(touchedAtMs + idleMs + this.settings.touchIntervalMs, extendedUntilMs), absoluteMs)
  }

  isAlive (session: ModelSession): boolean {
    return session.ended === null && this.nowMs < this.deadlineOf(session)
  }

  live (userId?: string): ModelSession[] {
    return this.sessions.filter(session => (userId === undefined || session.userId === userId) && this.isAlive(session))
  }

  /** As a list shows them. */
  newestFirst (userId: string): ModelSession[] {
    return this.live(userId).sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1))
  }

  /** What a credential of that generation is worth now. */
  verdict (session: ModelSession, generation: number): 'good' | 'successor' | 'reuse' | 'dead' {
    if (!this.isAlive(session)) return 'dead'
    if (generation > session.generation) return 'successor'
    if (generation === session.generation) return 'good'
    const inGrace = generation === session.generation - 1 && this.nowMs < session.advancedAtMs + this.settings.graceMs
    return inGrace ? 'good' : 'reuse'
  }

  /** Whether the client is to be handed the successor, or is not to have another one while the predecessor of its credential is in its grace. */
  rotationOf (session: ModelSession, generation: number): Rotation {
    const { rotateAfterMs, graceMs } = this.settings
    const isBehind = generation < session.generation
    if (generation > session.generation) return graceMs > 0 ? 'done' : 'possible'
    if (!isBehind && generation > 1 && this.nowMs < session.advancedAtMs + graceMs) return 'done'
    if (!session.rotates || rotateAfterMs === 0) return 'possible'
    return isBehind || this.nowMs >= session.advancedAtMs + rotateAfterMs ? 'due' : 'possible'
  }

  set (session: ModelSession, moment: Moment, ms = this.nowMs): void {
    session[moment] = ms
    session.moved.add(moment)
  }

  /** A use, recorded at most once a touch interval. */
  use (session: ModelSession): void {
    session.lastUsedAtMs = this.nowMs
    if (this.nowMs - session.touchedAtMs >= this.settings.touchIntervalMs) this.set(session, 'touchedAtMs')
  }

  /** The first use of a successor: from now on its predecessor has its grace. */
  advance (session: ModelSession, generation: number): void {
    session.generation = generation
    this.set(session, 'advancedAtMs')
  }

  /** Another id and secret for the same session, of which nothing else changes; a use. */
  replace (session: ModelSession, id: string, credential: string): void {
    const successor = { ...session, id, credentials: [credential], generation: 1, data: new Map(session.data), moved: new Set<Moment>() }
    this.end(session, 'replaced')
    this.sessions.push(successor)
    this.set(successor, 'advancedAtMs')
    this.set(successor, 'touchedAtMs')
    successor.lastUsedAtMs = this.nowMs
  }

  end (session: ModelSession, by: string): void {
    if (this.isAlive(session)) session.ended = by
  }

  endAll (userId: string, kept: ModelSession | null): number {
    this.endedAllAtMs.set(userId, Math.max(this.nowMs, (this.endedAllAtMs.get(userId) ?? -1) + 1))
    this.justEnded.add(userId)
    const ending = this.live(userId).filter(session => session !== kept)
    for (const session of ending) this.end(session, 'end-all')
    return ending.length
  }

  /** Who has to end for a new session of the user; a refusal names the limit. `named` and whoever is on the same device end in any case. */
  whoGivesWay ({ userId, deviceType, deviceId, max, maxOfType, policy, named }: Room): ModelSession[] | 'max' | 'maxOfType' {
    const hasToEnd = (session: ModelSession) => session === named || (deviceId !== null && session.deviceId === deviceId)
    const staying = this.live(userId).filter(session => !hasToEnd(session))
    const ending = this.live(userId).filter(hasToEnd)
    const isOver = (sessions: ModelSession[], most: number | null) => most !== null && sessions.length >= most
    const ofType = () => staying.filter(session => session.deviceType === deviceType)
    if (policy === 'deny') {
      if (isOver(staying, max)) return 'max'
      return isOver(ofType(), maxOfType) ? 'maxOfType' : ending
    }
    const moment = policy === 'evict-idle' ? 'touchedAtMs' : 'createdAtMs'
    const evict = (candidates: ModelSession[]) => {
      const [first] = candidates.sort((a, b) => a[moment] - b[moment] || (a.id < b.id ? -1 : 1))
      if (first !== undefined) ending.push(...staying.splice(staying.indexOf(first), 1))
    }
    while (isOver(ofType(), maxOfType)) evict(ofType())
    while (isOver(staying, max)) evict([...staying])
    return ending
  }

  /** Moments at which something changes by itself: no command is judged while one of them passes. */
  edges (): number[] {
    const { touchIntervalMs, graceMs, rotateAfterMs } = this.settings
    return this.sessions.filter(({ ended }) => ended === null).flatMap(session => [
      this.deadlineOf(session),
      session.touchedAtMs + touchIntervalMs,
      session.advancedAtMs + graceMs,
      session.advancedAtMs + rotateAfterMs
    ])
  }
}

export interface Room {
  userId: string
  deviceType: Device['type']
  deviceId: string | null
  max: number
  maxOfType: number | null
  policy: LimitPolicy
  named: ModelSession | null
}
