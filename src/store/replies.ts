import type { Profile, Session, SessionDescription, SessionTimes } from '../sessions/session.ts'
import { DEFAULT_LIFETIME } from '../sessions/lifetimes.ts'
import type { DataWritten, Extended, NewDevice, Replaced, StoredData } from '../sessions/store.ts'
import { unpackUserAgent } from './user-agent.ts'

/*
 * What the scripts of lua/ answer, as the shapes of sessions/. Their headers say what is at which place.
 */

/** The fields that sessionValidate answers for a live session, behind its first one. */
export function sessionOf (id: string, [userId = '', profile = '', ...rest]: string[]): Session {
  return { id, userId, profile: profileOf(profile), times: timesOf(rest), rotationDue: rest[6] === '1', binding: String(rest[7]) }
}

/** A profile as the record keeps it. */
export function profileText ({ email, name, roles }: Profile): string {
  return JSON.stringify([email, name, ...roles])
}

function profileOf (text: string): Profile {
  const [email = '', name = '', ...roles] = JSON.parse(text) as string[]
  return { email, name, roles }
}

export function timesOf ([createdAt, touchedAt, idle, absolute, extendedUntil, authenticatedAt]: string[]): SessionTimes {
  return {
    createdAtMs: Number(createdAt),
    lastAccessedAtMs: Number(touchedAt),
    idleMs: Number(idle),
    absoluteDeadlineMs: Number(absolute),
    extendedUntilMs: Number(extendedUntil),
    authenticatedAtMs: Number(authenticatedAt)
  }
}

/** What a login told of its device, as sessionCreate takes it. No capability has a comma. */
export function deviceTexts ({ idHashes = [], name = '', capabilities = [] }: NewDevice): string[] {
  return [idHashes.length === 0 ? '' : `,${idHashes.join(',')},`, name, capabilities.join(',')]
}

export function descriptionOf ([id = '', ...rest]: string[]): SessionDescription {
  const [ipAddress = '', userAgent = '', lifetime = '', deviceName = '', capabilities = ''] = rest.slice(6)
  return {
    id,
    times: timesOf(rest),
    ipAddress,
    userAgent: unpackUserAgent(userAgent),
    lifetime: lifetime || DEFAULT_LIFETIME,
    ...(deviceName !== '' && { deviceName }),
    ...(capabilities !== '' && { capabilities: capabilities.split(',') })
  }
}

/** What sessionExtend answers. */
export function extendedOf ([now, ...times]: string[]): Extended {
  return { nowMs: Number(now), times: timesOf(times) }
}

/** What sessionReplace answers, behind the buckets. */
export function replacedOf ([, , lifetime = '', ...times]: string[]): Replaced {
  return { lifetime: lifetime || DEFAULT_LIFETIME, times: timesOf(times) }
}

export function storedDataOf ([version, ...fields]: [version: number, ...fields: string[]]): StoredData {
  const values = new Map<string, string>()
  for (let i = 0; i + 1 < fields.length; i += 2) values.set(String(fields[i]), String(fields[i + 1]))
  return { version, values }
}

export type CreateReply =
  | [outcome: 'ok', createdAt: string, bucket: string, sinceEndAll: string, ...endedBuckets: string[]]
  | [outcome: 'max' | 'maxOfType']

export type WriteReply = [outcome: 'ok' | 'conflict' | 'keys' | 'bytes', figure: string, removed?: number]

export function writtenOf ([outcome, figure, removed = 0]: WriteReply): DataWritten {
  switch (outcome) {
    case 'ok': return { outcome: 'written', version: Number(figure), removed }
    case 'conflict': return { outcome: 'conflict', version: Number(figure) }
    case 'keys': return { outcome: 'too-many-keys', count: Number(figure) }
    case 'bytes': return { outcome: 'too-many-bytes', bytes: Number(figure) }
  }
}
