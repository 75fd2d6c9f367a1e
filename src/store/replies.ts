import type { Credential } from '../sessions/credential.ts'
import type { Profile, SessionTimes, Told, Validated } from '../sessions/session.ts'
import { DEFAULT_LIFETIME } from '../sessions/policies/lifetimes.ts'
import type { DataWritten, Extended, NewDevice, Replaced, StoredData } from '../sessions/store.ts'
import { unpackAddress } from './address.ts'
import { unpackUserAgent } from './user-agent.ts'

/*
 * What the scripts of lua/ answer, as the shapes of sessions/. Their headers say what is at which place.
 */

/** What sessionsValidate says of one credential: the session if it is alive, and the counting buckets that it left and entered. */
export interface Verdict { session: Validated | null, left?: string, entered?: string }

/** Of what is told, characters that are kept at most: an everyday profile has 200. So many credentials are remembered that longer ones would take more memory than they save time. */
const LONGEST_KEPT = 512

/**
 * Reads what sessionsValidate says of credentials. Most of it is the same as the last time, until the next use is written down: with `keepsTold` it is kept with the credential
 * from the second time on, with what was made of it, for as long as that is remembered or until it is found dead.
 */
export function verdictReader (keepsTold: boolean): (credential: Credential, verdict: string) => Verdict {
  function toldOf (credential: Credential, text: string): Told {
    const { id, told } = credential
    if (told?.text === text && told.id === id) return told
    const facts = factsOf(id, text)
    if (!keepsTold || text.length > LONGEST_KEPT) return facts
    if (told === undefined) credential.told = toldOnce
    else credential.told = { ...facts, made: [] }
    return facts
  }

  return (credential, verdict) => {
    if (verdict.startsWith('dead ')) {
      if (keepsTold) credential.told = undefined
      return { session: null, left: verdict.slice('dead '.length) }
    }
    if (verdict.startsWith('error ')) throw new Error(verdict.slice('error '.length))
    const [head = '', text = '', moved] = verdict.split('\n')
    const { id, userId, profile, times, binding, made } = toldOf(credential, text)
    const [rotation, advanced, goodForMs] = head.split(' ')
    const [left, entered, packedAddress = '', packedAgent] = moved === undefined ? [] : JSON.parse(moved) as string[]
    const lastOrigin = packedAgent === undefined ? null : { ipAddress: unpackAddress(packedAddress), userAgent: unpackUserAgent(packedAgent) }
    return { session: { id, userId, profile, times, rotation: rotations[Number(rotation) as 0 | 1 | 2], binding, lastOrigin, goodForMs: Number(goodForMs), isAdvanced: advanced === '1', made, goodUntilMs: undefined }, left, entered }
  }
}

const rotations = ['possible', 'due', 'done'] as const

/** With a credential that was asked about once. */
const toldOnce = factsOf('', '["",[],0,0,0,0,null,0,""]')

type FactsReply = [userId: string, profile: string[], createdAt: number, touchedAt: number, idle: number, absolute: number, extendedUntil: number | null, authenticatedAt: number, binding: string]

function factsOf (id: string, text: string): Told {
  const [userId, profile, createdAtMs, touchedAt, idle, absolute, extendedUntil, authenticatedAt, binding] = JSON.parse(text) as FactsReply
  const times = {
    createdAtMs,
    lastAccessedAtMs: createdAtMs + touchedAt,
    idleMs: msOf(idle),
    absoluteDeadlineMs: createdAtMs + msOf(absolute),
    extendedUntilMs: extendedUntil === null ? 0 : createdAtMs + extendedUntil,
    authenticatedAtMs: createdAtMs + authenticatedAt
  }
  return { text, id, userId, profile: profileOf(profile), times, binding, made: undefined }
}

/** Durations are kept in seconds, with a fraction if need be. */
function msOf (seconds: number): number {
  return Math.round(seconds * 1000)
}

/**
 * A profile as the record keeps it: a JSON array of texts, without the brackets and quotation marks around it. Behind the roles, which begin with a letter,
 * of what another service opened its claims as JSON, if there are any, and `=` with its name.
 */
export function profileText ({ email, name, roles, claims, openedBy }: Profile): string {
  const ofService = openedBy === undefined ? [] : [...claims === undefined ? [] : [JSON.stringify(claims)], `=${openedBy}`]
  return JSON.stringify([email, name, ...roles, ...ofService]).slice(2, -2)
}

/** Of what profileText made. */
export function profileFrom (text: string): Profile {
  return profileOf(JSON.parse(`["${text}"]`))
}

function profileOf ([email = '', name = '', ...roles]: string[]): Profile {
  if (roles.at(-1)?.startsWith('=') !== true) return { email, name, roles }
  const openedBy = String(roles.pop()).slice(1)
  if (roles.at(-1)?.startsWith('{') !== true) return { email, name, roles, openedBy }
  return { email, name, claims: JSON.parse(String(roles.pop())), roles, openedBy }
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

/** Of a hash of a device id, what a record keeps: 36 bits tell the devices of one user apart. */
const ID_HASH_LENGTH = 6

/** What a login told of its device, as sessionCreate takes it. No capability has a comma. */
export function deviceTexts ({ idHashes = [], name = '', capabilities = [] }: NewDevice): string[] {
  return [idHashes.length === 0 ? '' : `,${idHashes.map(hash => hash.slice(0, ID_HASH_LENGTH)).join(',')},`, name, capabilities.join(',')]
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

export type TakeReply = [outcome: 'ok', version: string, since: string, state: string, notice: string] | [outcome: 'conflict', version: string] | [outcome: 'channels']

export type WriteReply = [outcome: 'ok' | 'conflict' | 'keys' | 'bytes' | 'claimed', figure: string, removed?: number]

export function writtenOf ([outcome, figure, removed = 0]: WriteReply): DataWritten {
  switch (outcome) {
    case 'ok': return { outcome: 'written', version: Number(figure), removed }
    case 'conflict': return { outcome: 'conflict', version: Number(figure) }
    case 'keys': return { outcome: 'too-many-keys', count: Number(figure) }
    case 'bytes': return { outcome: 'too-many-bytes', bytes: Number(figure) }
    case 'claimed': return { outcome: 'claimed' }
  }
}
