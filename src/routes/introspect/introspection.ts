import type { FastifyInstance } from 'fastify'
import type { Caller } from '../../callers/caller.ts'
import { deviceOf } from '../../sessions/devices/device.ts'
import type { DataValues } from '../../sessions/data/data.ts'
import { ServiceError } from '../../sessions/errors.ts'
import { expiresAtMs, type SessionDescription, type Validated } from '../../sessions/session.ts'

/** What a verdict tells, and how long it may be repeated (ms). */
export interface Introspected { body: Introspection, keepMs: number }

type Introspection = { active: false } | { active: true, device?: object, data?: DataValues, [claim: string]: unknown }

/** Every credential that is worth nothing gets this one. */
const inactive: Introspection = { active: false }

/** Asks what a credential is worth. A verdict may be kept as long as this instance would repeat it, at most `longestMs`, so that it is never older anywhere. */
export async function introspect (app: FastifyInstance, { dataPrefix }: Pick<Caller, 'dataPrefix'>, token: string, include: string, longestMs: number): Promise<Introspected> {
  const session = await app.sessions.validate(token)
  if (session === null) return { body: inactive, keepMs: longestMs }
  const keepMs = keepMsOf(session, longestMs)
  const body = { active: true as const, ...claimsOf(session) }
  if (include === '') return { body, keepMs }
  const [device, data] = await Promise.all([
    include.includes('device') ? app.sessions.describe(session).then(deviceIn).catch(ended) : undefined,
    include.includes('data') ? app.sessions.readData(session).then(({ data }) => within(dataPrefix, data)).catch(ended) : undefined
  ])
  if (device === null || data === null) return { body: inactive, keepMs: longestMs }
  return { body: { ...body, device, data }, keepMs }
}

function keepMsOf ({ goodUntilMs, goodForMs }: Validated, longestMs: number): number {
  const leftMs = goodUntilMs === undefined ? goodForMs : goodUntilMs - performance.now()
  return Math.floor(Math.max(0, Math.min(leftMs, longestMs)))
}

function claimsOf ({ id, userId, profile: { email, name, roles }, times }: Validated) {
  return {
    sub: userId,
    sid: id,
    iat: secondsOf(times.createdAtMs),
    exp: secondsOf(expiresAtMs(times)),
    auth_time: secondsOf(times.authenticatedAtMs),
    username: email,
    name,
    roles,
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
