import type { FastifyInstance } from 'fastify'
import type { Caller } from '../../callers/caller.ts'
import { deviceOf } from '../../sessions/devices/device.ts'
import { isAnonymous } from '../../sessions/anonymous.ts'
import type { DataValues } from '../../sessions/data/data.ts'
import { ServiceError } from '../../sessions/errors.ts'
import type { Answer } from '../../sessions/store.ts'
import { expiresAtMs, type Session, type SessionDescription, type Validated } from '../../sessions/session.ts'

/** What a verdict tells, and how long it may be repeated (ms). */
export interface Introspected { body: Introspection, keepMs: number }

type Introspection = { active: false } | { active: true, device?: object, data?: DataValues, [claim: string]: unknown }

/** Every credential that is worth nothing gets this one. */
const inactive: Introspection = { active: false }

/** Asks what a credential is worth. A verdict may be kept as long as this instance would repeat it, at most `longestMs`, so that it is never older anywhere. */
export function introspect (app: FastifyInstance, caller: Caller, token: string, include: string, longestMs: number): Answer<Introspected> {
  const tell = (found: Found | null): Answer<Introspected> => {
    if (found === null || (found.isAnonymous && !include.includes('anonymous'))) return { body: inactive, keepMs: longestMs }
    return !asksForMore(include) ? { body: { active: true, ...found.claims }, keepMs: found.keepMs } : withMore(app, caller, found, include, longestMs)
  }
  const found = find(app, caller, token, longestMs)
  return found instanceof Promise ? found.then(tell) : tell(found)
}

/** Whether that costs another read of each. */
export function asksForMore (include: string): boolean {
  return /device|data/.test(include)
}

async function withMore (app: FastifyInstance, caller: Caller, { session, keepMs, claims }: Found, include: string, longestMs: number): Promise<Introspected> {
  const [device, data] = await Promise.all([
    include.includes('device') ? app.sessions.describe(session).then(deviceIn).catch(ended) : undefined,
    include.includes('data') ? app.sessions.readData(session).then(({ data }) => within(caller.dataPrefix, data)).catch(ended) : undefined
  ])
  if (device === null || data === null) return { body: inactive, keepMs: longestMs }
  return { body: { active: true, ...claims, device, data }, keepMs }
}

/** Longer ones are nothing that this service made. */
const LONGEST_TOKEN = 4096

/** What every JSON Web Token begins with, and no credential. */
const isSigned = (token: string): boolean => token.startsWith('eyJ')

interface Found { session: Pick<Session, 'id'>, isAnonymous: boolean, keepMs: number, claims: object }

function find (app: FastifyInstance, caller: Caller, token: string, longestMs: number): Answer<Found | null> {
  if (token.length > LONGEST_TOKEN) return null
  return isSigned(token) ? findSigned(app, caller, token) : findSession(app, token, longestMs)
}

function findSession (app: FastifyInstance, token: string, longestMs: number): Answer<Found | null> {
  const found = app.sessions.validate(token)
  const tell = (session: Validated | null) => session && { session, isAnonymous: isAnonymous(session), keepMs: keepMsOf(session, longestMs), claims: claimsOf(session) }
  return found instanceof Promise ? found.then(tell) : tell(found)
}

/** One that was made at POST /session/token for this service is worth what its session is worth now. RFC 7662 section 4: to others it is worth nothing. */
async function findSigned (app: FastifyInstance, { name }: Caller, token: string): Promise<Found | null> {
  const claims = await app.tokens.verify(token)
  if (claims === null || claims.aud !== name) return null
  const found = await app.sessions.find(claims.sid)
  return found && { session: { id: claims.sid }, isAnonymous: false, keepMs: 0, claims: { ...claims, token_type: 'Bearer' } }
}

/** As long as it is repeated here; what is not repeated is not to be kept. */
function keepMsOf ({ goodUntilMs = 0 }: Validated, longestMs: number): number {
  return Math.floor(Math.max(0, Math.min(goodUntilMs - performance.now(), longestMs)))
}

function claimsOf ({ id, userId, profile, times }: Validated) {
  const { email, name, roles, claims, openedBy } = profile
  return {
    ...(isAnonymous({ userId }) && { anonymous: true }),
    sub: userId,
    sid: id,
    iat: secondsOf(times.createdAtMs),
    exp: secondsOf(expiresAtMs(times)),
    auth_time: secondsOf(times.authenticatedAtMs),
    username: email || undefined,
    name: name || undefined,
    roles,
    client_id: openedBy,
    claims,
    token_type: 'Bearer'
  }
}

function deviceIn ({ userAgent, deviceType, deviceName, capabilities }: SessionDescription) {
  return { ...deviceOf(userAgent), type: deviceType, name: deviceName, capabilities }
}

function within (prefix: string, data: DataValues): DataValues {
  return Object.fromEntries(Object.entries(data).filter(([key]) => key.startsWith(prefix)))
}

/** Null if it has ended since it was validated. */
function ended (error: unknown): null {
  if (error instanceof ServiceError && error.code === 'invalid_session') return null
  throw error
}

function secondsOf (ms: number): number {
  return Math.floor(ms / 1000)
}
