import { demo, type Account } from '../harness.ts'
import type { Call } from './client.ts'

/** Of accounts that each request which ends all sessions of its user takes one of. */
export const LONERS_PASSWORD = 'correct horse'

/** What the session of a request looks like afterwards. */
export interface After { alive: boolean, otherAlive: boolean, data: Record<string, unknown>, loggedIn: boolean, idleLeftMs: number, otherName: unknown }

interface Sample {
  /** Whose session it uses. Alice's, unless the route needs a role, ends all of them or changes the password: then those of somebody nobody else is. */
  who?: Account | 'loner'
  body?: unknown
  /** Whether the request has had its effect; absent if it has none. */
  isDone?: (after: After) => boolean
}

/** By operationId; a new route that only reads needs no entry, one that does not look like it and writes nothing an empty one. */
const samples: Record<string, Sample> = {
  login: { who: 'admin', body: demo.admin, isDone: after => after.loggedIn },
  logout: { isDone: after => !after.alive },
  changePassword: { who: 'loner', body: { currentPassword: LONERS_PASSWORD, newPassword: 'seven otters sing' }, isDone: after => !after.alive },
  rotateSession: {},
  reauthenticate: { body: { password: demo.alice.password }, isDone: after => !after.alive },
  extendSession: { body: { seconds: 7200 }, isDone: after => after.idleLeftMs > 5_400_000 },
  putSessionData: { body: { key: 'color', value: 'blue' }, isDone: after => after.data.color === 'blue' },
  patchSessionData: { body: { size: 'L' }, isDone: after => after.data.size === 'L' },
  deleteSessionDataKey: { isDone: after => !('color' in after.data) },
  renameSession: { body: { deviceName: 'Kitchen radio' }, isDone: after => after.otherName === 'Kitchen radio' },
  endSession: { isDone: after => !after.otherAlive },
  endAllSessions: { who: 'loner', isDone: after => !after.alive },
  adminStats: { who: 'admin' },
  explainSession: { who: 'admin' }
}

export interface Route extends Sample {
  name: string
  method: string
  /** With `{key}` and `{sessionId}`. */
  path: string
  isGuarded: boolean
  who: Account | 'loner'
}

/** Every route of the OpenAPI document, with what a good request to it carries. */
export async function everyRoute (call: Call): Promise<Route[]> {
  const { json } = await call('GET', '/openapi.json')
  const paths = Object.entries(json.paths as Record<string, Record<string, Operation>>)
  return paths.flatMap(([path, methods]) => Object.entries(methods).map(([verb, operation]) => {
    const { operationId: name, security } = operation
    const method = verb.toUpperCase()
    const sample = samples[name]
    if (method !== 'GET' && sample === undefined) throw new Error(`${name} needs a sample that tells whether it was done`)
    return { who: 'alice' as const, ...sample, name, method, path, isGuarded: security.length > 0 }
  }))
}

interface Operation { operationId: string, security: object[] }
