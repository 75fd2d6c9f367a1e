/** A session as express-session and @fastify/session have it: JSON values by name, and its cookie. */
export interface SessionData { cookie: SessionCookie, [member: string]: unknown }

export interface SessionCookie { expires?: Date | string | number | null, [setting: string]: unknown }

/** The session of a user that a browser session stands for. */
export interface UserSession {
  /** Its public id. */
  id: string
  /** The user's. */
  userId: string
}

/** What the service holds of a browser session. */
export interface Held {
  session: SessionData
  /** When it ends if it is not used, epoch milliseconds. */
  untilMs: number
  user: UserSession | null
}

/** Names that no member of a session may have: what the store keeps beside them. */
const [UNTIL, USER] = ['#until', '#user']

/** What the service takes as a key (docs/limits.md). */
const NAME = /^[!-~]+$/

/** Epoch milliseconds: what the cookie says, or `ttlSeconds` from now on. */
export function expiryOf ({ cookie }: SessionData, ttlSeconds: number): number {
  const expiresMs = cookie.expires === null || cookie.expires === undefined ? NaN : Number(new Date(cookie.expires))
  return Number.isFinite(expiresMs) ? expiresMs : Date.now() + ttlSeconds * 1000
}

/** The same of a session that was found alive: stores such as connect-redis move their own time at each use, and not the date in the cookie. */
export function expiryOfLive (session: SessionData, ttlSeconds: number): number {
  const untilMs = expiryOf(session, ttlSeconds)
  if (untilMs > Date.now()) return untilMs
  const { originalMaxAge } = session.cookie
  return Date.now() + (typeof originalMaxAge === 'number' ? originalMaxAge : ttlSeconds * 1000)
}

/** A session as it is now, whatever becomes of the object. @throws TypeError if a member cannot be kept under its name */
export function snapshotOf (session: SessionData): SessionData {
  const snapshot = JSON.parse(JSON.stringify(session)) as SessionData
  const unfit = Object.keys(snapshot).find(name => !NAME.test(name) || name === UNTIL || name === USER)
  if (unfit !== undefined) throw new TypeError(`The session has a member ${JSON.stringify(unfit)}, which cannot be kept: names are printable ASCII without spaces, and neither ${UNTIL} nor ${USER}. Give it another name.`)
  return snapshot
}

/** Values by data key, each with the prefix of the service that writes them. */
export function dataOf ({ session, untilMs, user }: Held, prefix: string): Record<string, unknown> {
  const all = [...Object.entries(session), [UNTIL, untilMs], [USER, user]]
  return Object.fromEntries(all.map(([name, value]) => [`${prefix}${String(name)}`, value]))
}

/** What a touch changes: the session may stay unused until then. */
export function touchOf ({ cookie }: SessionData, untilMs: number, prefix: string): Record<string, unknown> {
  return { [`${prefix}cookie`]: JSON.parse(JSON.stringify(cookie)), [`${prefix}${UNTIL}`]: untilMs }
}

/** What was written there; null if nothing was yet. */
export function heldIn (data: Record<string, unknown>, prefix: string): Held | null {
  const { [UNTIL]: untilMs, [USER]: user, ...members } = Object.fromEntries(Object.entries(data).map(([key, value]) => [key.slice(prefix.length), value]))
  if (typeof untilMs !== 'number') return null
  return { session: members as SessionData, untilMs, user: (user ?? null) as UserSession | null }
}
