import type { FastifyInstance } from 'fastify'
import type { Caller } from '../../callers/caller.ts'
import { deviceOf } from '../../sessions/devices/device.ts'
import { isAnonymous } from '../../sessions/anonymous.ts'
import type { DataValues } from '../../sessions/data/data.ts'
import { ServiceError } from '../../sessions/errors.ts'
import type { Answer } from '../../sessions/store.ts'
import { expiresAtMs, type Facts, type Session, type SessionDescription, type Validated } from '../../sessions/session.ts'

/** What a verdict tells, as a text if it was written already, and how long it may be repeated (ms). */
export interface Introspected { body: Introspection | string, keepMs: number }

export type Introspection = { active: false } | { active: true, device?: object, data?: DataValues, [claim: string]: unknown }

/** Who asks, and how the answer is to be. A verdict may be kept as long as this instance would repeat it, at most `longestMs`, so that it is never older anywhere. */
export interface Asked {
  caller: Caller
  include: string
  longestMs: number
  /** Writes what there is to tell of a session that is alive. */
  textOf?: (session: Validated) => string
}

/** Every credential that is worth nothing gets this one. */
const inactive: Introspection = { active: false }

type Verify = FastifyInstance['tokens']['verify']

/** Asks what a credential is worth. */
export function introspect (app: FastifyInstance, asked: Asked, token: string, verify: Verify = app.tokens.verify): Answer<Introspected> {
  if (token.length > LONGEST_TOKEN) return worthless(asked)
  if (isSigned(token)) return findSigned(app, asked, verify(token))
  const found = app.sessions.validate(token)
  return found instanceof Promise ? found.then(session => told(app, asked, session)) : told(app, asked, found)
}

/** The same of many. What is signed is verified first, so that the store is asked about all in one turn. */
export async function introspectAll (app: FastifyInstance, asked: Asked, tokens: string[]): Promise<Introspected[]> {
  const signed = [...new Set(tokens)].filter(token => token.length <= LONGEST_TOKEN && isSigned(token))
  const verified = new Map(await Promise.all(signed.map(async token => [token, await app.tokens.verify(token)] as const)))
  return Promise.all(tokens.map(token => introspect(app, asked, token, async text => verified.get(text) ?? null)))
}

function told (app: FastifyInstance, asked: Asked, session: Validated | null): Answer<Introspected> {
  const { include, longestMs, textOf } = asked
  if (session === null || (isAnonymous(session) && !include.includes('anonymous'))) return worthless(asked)
  const keepMs = keepMsOf(session, longestMs)
  if (asksForMore(include)) return withMore(app, asked, { session, keepMs, claims: claimsOf(session) })
  return { body: textOf === undefined ? activeOf(session) : textOf(session), keepMs }
}

/** What there is to tell of a session that is alive. */
export function activeOf (session: Facts): Introspection {
  return { active: true, ...claimsOf(session) }
}

const worthless = ({ longestMs }: Asked): Introspected => ({ body: inactive, keepMs: longestMs })

/** Whether that costs another read of each. */
function asksForMore (include: string): boolean {
  return /device|data/.test(include)
}

/** What is told of a session before it is asked for more; its description where that was read already. */
interface More { session: Pick<Session, 'id'>, keepMs: number, claims: object, description?: SessionDescription }

async function withMore (app: FastifyInstance, asked: Asked, { session, keepMs, claims, description }: More): Promise<Introspected> {
  const { caller, include } = asked
  const describe = async () => description ?? app.sessions.describe(session)
  const [device, data] = await Promise.all([
    include.includes('device') ? describe().then(deviceIn).catch(ended) : undefined,
    include.includes('data') ? app.sessions.readData(session).then(({ data }) => within(caller.dataPrefix, data)).catch(ended) : undefined
  ])
  if (device === null || data === null) return worthless(asked)
  return { body: { active: true, ...claims, device, data }, keepMs }
}

/** Longer ones are nothing that this service made. */
const LONGEST_TOKEN = 4096

/** What every JSON Web Token begins with, and no credential. */
const isSigned = (token: string): boolean => token.startsWith('eyJ')

/** One that was made at POST /session/token for this service is worth what its session is worth now. RFC 7662 section 4: to others it is worth nothing. */
async function findSigned (app: FastifyInstance, asked: Asked, verifying: ReturnType<Verify>): Promise<Introspected> {
  const verified = await verifying
  const session = verified?.aud === asked.caller.name ? await app.sessions.find(verified.sid) : null
  if (session === null) return worthless(asked)
  const claims = { ...verified, ...namesIn(session.profile), token_type: 'Bearer' }
  if (asksForMore(asked.include)) return withMore(app, asked, { session, keepMs: 0, claims, description: session })
  return { body: { active: true, ...claims }, keepMs: 0 }
}

/** As long as it is repeated here; what is not repeated is not to be kept. */
function keepMsOf ({ goodUntilMs = 0 }: Validated, longestMs: number): number {
  return Math.floor(Math.max(0, Math.min(goodUntilMs - performance.now(), longestMs)))
}

function claimsOf ({ id, userId, profile, times }: Facts) {
  const { roles, openedBy } = profile
  return {
    sub: userId,
    sid: id,
    iat: secondsOf(times.createdAtMs),
    exp: secondsOf(expiresAtMs(times)),
    ...(isAnonymous({ userId }) ? { anonymous: true } : { auth_time: secondsOf(times.authenticatedAtMs) }),
    ...namesIn(profile),
    roles,
    client_id: openedBy,
    token_type: 'Bearer'
  }
}

/** What no token has: it is looked up. */
function namesIn ({ email, name, claims }: Session['profile']) {
  return { username: email || undefined, name: name || undefined, claims }
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
