import { examplePublicKey } from '../../src/routes/examples.ts'
import { demo, type Account } from '../harness.ts'
import type { Call } from './client.ts'

/** Of accounts that each request which ends all sessions of its user takes one of. */
export const LONERS_PASSWORD = 'correct horse'

/** The service that a request adds, changes or comes from, which no other request does. */
export const serviceOf = (unique: string) => ({ name: `s${unique.replaceAll('-', '')}`, scopes: ['sessions:introspect', 'sessions:read', 'sessions:create', 'sessions:write', 'sessions:revoke', 'tokens:issue', 'admin'] })

/** The account that is added by the request that is called this. */
export const newcomer = (unique: string) => ({ email: `${unique}@example.com`, password: 'nine herons wade' })

/** What the session of a request, the other one that it is about, and the account look like afterwards; each is asked for when it is needed. */
export interface After {
  isAlive: () => Promise<boolean>
  data: () => Promise<Record<string, unknown>>
  idleLeftMs: () => Promise<number>
  isOtherAlive: () => Promise<boolean>
  otherName: () => Promise<unknown>
  otherData: () => Promise<Record<string, unknown>>
  /** Whether the request has opened a session. */
  isLoggedIn: () => Promise<boolean>
  hasNewcomer: () => Promise<boolean>
  shared: () => Promise<{ data: Record<string, unknown>, isActive: boolean, hasLease: boolean }>
  service: () => Promise<{ scopes: string[], keys: object[] } | undefined>
}

interface Sample {
  /** Whose session it uses. Alice's, unless the route needs a role, ends all of them or changes the password: then those of somebody nobody else is. */
  who?: Account | 'loner'
  /** Who sends it, if not that session: then it is about the account of that session, `{userId}`. */
  by?: Account
  /** Or made of a text that is in no other request, and the credential and the user of the session. */
  body?: unknown
  /** Whether it comes with an Idempotency-Key, the same one each time it is sent. */
  isRepeatable?: boolean
  /** Behind its path; with `{userId}`. */
  query?: string
  /** Whether its session is active in the channel, and has a lease there, before it is sent. */
  holds?: boolean
  /** Of its success. Default 200. */
  status?: number
  /** Whether the request has had its effect; absent if it has none. */
  isDone?: (after: After) => Promise<boolean>
}

/** By operationId; a new route that only reads needs no entry, one that does not look like it and writes nothing an empty one. */
const samples: Record<string, Sample> = {
  login: { who: 'admin', body: demo.admin, isDone: async after => await after.isLoggedIn() },
  openAnonymousSession: { body: {} },
  logout: { isDone: async after => !await after.isAlive() },
  changePassword: { who: 'loner', body: { currentPassword: LONERS_PASSWORD, newPassword: 'seven otters sing' }, isDone: async after => !await after.isAlive() },
  rotateSession: {},
  issueEventTicket: {},
  issueToken: { body: { audience: 'shop' } },
  reauthenticate: { body: { password: demo.alice.password }, isDone: async after => !await after.isAlive() },
  extendSession: { body: { seconds: 7200 }, isDone: async after => await after.idleLeftMs() > 5_400_000 },
  putSessionData: { body: { key: 'color', value: 'blue' }, isDone: async after => (await after.data()).color === 'blue' },
  patchSessionData: { body: { size: 'L' }, isDone: async after => (await after.data()).size === 'L' },
  deleteSessionDataKey: { isDone: async after => !('color' in await after.data()) },
  putUserData: { who: 'loner', body: { key: 'color', value: 'blue' }, isDone: async after => (await after.shared()).data.color === 'blue' },
  patchUserData: { who: 'loner', body: { size: 'L' }, isDone: async after => (await after.shared()).data.size === 'L' },
  changeUserData: { who: 'loner', body: { operations: [{ op: 'increment', key: 'count', value: 1 }] }, isDone: async after => (await after.shared()).data.count === 1 },
  deleteUserDataKey: { who: 'loner', isDone: async after => (await after.shared()).data.color === undefined },
  takeActive: { who: 'loner', body: { state: 'on' }, isDone: async after => (await after.shared()).isActive === true },
  releaseActive: { who: 'loner', holds: true, isDone: async after => (await after.shared()).isActive === false },
  takeLease: { who: 'loner', isDone: async after => (await after.shared()).hasLease === true },
  releaseLease: { who: 'loner', holds: true, isDone: async after => (await after.shared()).hasLease === false },
  renameSession: { body: { deviceName: 'Kitchen radio' }, isDone: async after => await after.otherName() === 'Kitchen radio' },
  endSession: { isDone: async after => !await after.isOtherAlive() },
  endAllSessions: { who: 'loner', isDone: async after => !await after.isAlive() },
  adminStats: { who: 'admin' },
  listUsers: { who: 'admin' },
  createUser: { who: 'admin', body: (unique: string) => ({ ...newcomer(unique), name: 'Newcomer' }), status: 201, isDone: async after => await after.hasNewcomer() },
  updateUser: { who: 'loner', by: 'admin', body: { disabled: true }, isDone: async after => !await after.isAlive() },
  deleteUser: { who: 'loner', by: 'admin', isDone: async after => !await after.isAlive() },
  setUserPassword: { who: 'loner', by: 'admin', body: { password: 'seven otters sing' }, isDone: async after => !await after.isAlive() },
  explainSession: { who: 'admin' },
  listCallers: { who: 'admin' },
  createCaller: { who: 'admin', body: serviceOf, status: 201, isDone: async after => await after.service() !== undefined },
  updateCaller: { who: 'admin', body: { scopes: ['sessions:read'] }, isDone: async after => (await after.service())?.scopes[0] === 'sessions:read' },
  deleteCaller: { who: 'admin', isDone: async after => await after.service() === undefined },
  addCallerKey: { who: 'admin', status: 201, isDone: async after => (await after.service())?.keys.length === 2 },
  addCallerPublicKey: { who: 'admin', body: { publicKey: examplePublicKey }, status: 201, isDone: async after => (await after.service())?.keys.length === 2 },
  deleteCallerKey: { who: 'admin', isDone: async after => (await after.service())?.keys.length === 0 },
  introspect: { body: (_unique: string, token: string) => ({ token }) },
  issueTokenFor: { body: (_unique: string, token: string) => ({ token, audience: 'shop' }) },
  openUserSession: { body: (unique: string, _token: string, userId: string) => ({ userId, userAgent: unique }), status: 201, isRepeatable: true, isDone: async after => await after.isLoggedIn() },
  changeUserSession: { isRepeatable: true, body: { deviceName: 'Kitchen radio' }, isDone: async after => await after.otherName() === 'Kitchen radio' },
  putUserSessionData: { isRepeatable: true, body: { data: { color: 'blue' } }, isDone: async after => (await after.otherData()).color === 'blue' },
  endUserSession: { isDone: async after => !await after.isOtherAlive() },
  listUserSessions: { query: '?userId={userId}' },
  endUserSessions: { who: 'loner', query: '?userId={userId}', isDone: async after => !await after.isAlive() },
  endListedSessions: { body: (_unique: string, token: string) => ({ sessionIds: [token.slice(0, 36)] }), isDone: async after => !await after.isAlive() },
  introspectBatch: { body: (_unique: string, token: string) => ({ tokens: [token] }) }
}

export interface Route extends Sample {
  name: string
  method: string
  /** With `{key}`, `{sessionId}`, `{userId}`, `{channel}`, `{name}` and `{keyId}`. */
  path: string
  isGuarded: boolean
  /** Whether it is for services alone: then one sends it, with a key of its own. */
  isForServices: boolean
  who: Account | 'loner'
  status: number
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
    return { who: 'alice' as const, status: 200, ...sample, name, method, path, isGuarded: security.length > 0, isForServices: security.length > 0 && security.every(scheme => 'serviceKey' in scheme || 'serviceBasic' in scheme) }
  }))
}

interface Operation { operationId: string, security: object[] }
