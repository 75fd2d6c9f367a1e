import type { Profile, Session, SessionDescription, SessionTimes } from '../sessions/session.ts'
import { DEFAULT_LIFETIME } from '../sessions/lifetimes.ts'
import type { DataWritten, Extended, StoredData } from '../sessions/store.ts'
import { unpackUserAgent } from './user-agent.ts'

/*
 * What the scripts of lua/ answer, as the shapes of sessions/. Their headers say what is at which place.
 */

/** The fields that sessionValidate answers for a live session, behind its first one. */
export function sessionOf (id: string, [userId = '', profile = '', ...times]: string[]): Session {
  return { id, userId, profile: profileOf(profile), times: timesOf(times) }
}

/** A profile as the record keeps it. */
export function profileText ({ email, name, roles }: Profile): string {
  return JSON.stringify([email, name, ...roles])
}

function profileOf (text: string): Profile {
  const [email = '', name = '', ...roles] = JSON.parse(text) as string[]
  return { email, name, roles }
}

export function timesOf ([createdAt, touchedAt, idle, absolute, extendedUntil]: string[]): SessionTimes {
  return {
    createdAtMs: Number(createdAt),
    lastAccessedAtMs: Number(touchedAt),
    idleMs: Number(idle),
    absoluteDeadlineMs: Number(absolute),
    extendedUntilMs: Number(extendedUntil)
  }
}

export function descriptionOf ([id = '', ...rest]: string[]): SessionDescription {
  const [ipAddress = '', userAgent = '', lifetime = ''] = rest.slice(5)
  return { id, times: timesOf(rest), ipAddress, userAgent: unpackUserAgent(userAgent), lifetime: lifetime || DEFAULT_LIFETIME }
}

/** What sessionExtend answers. */
export function extendedOf ([now, ...times]: string[]): Extended {
  return { nowMs: Number(now), times: timesOf(times) }
}

export function storedDataOf ([version, ...fields]: [version: number, ...fields: string[]]): StoredData {
  const values = new Map<string, string>()
  for (let i = 0; i + 1 < fields.length; i += 2) values.set(String(fields[i]), String(fields[i + 1]))
  return { version, values }
}

export type WriteReply = [outcome: 'ok' | 'conflict' | 'keys' | 'bytes', figure: string, removed?: number]

export function writtenOf ([outcome, figure, removed = 0]: WriteReply): DataWritten {
  switch (outcome) {
    case 'ok': return { outcome: 'written', version: Number(figure), removed }
    case 'conflict': return { outcome: 'conflict', version: Number(figure) }
    case 'keys': return { outcome: 'too-many-keys', count: Number(figure) }
    case 'bytes': return { outcome: 'too-many-bytes', bytes: Number(figure) }
  }
}
