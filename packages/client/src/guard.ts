import { createClient, type ClientOptions } from './client.ts'
import { SessionServiceError, type Problem } from './errors.ts'
import { createRevocations } from './revocations.ts'
import { createVerifier, type Verdict, type Verifier } from './verifier.ts'

/** Who asks, and how: the url of the service and the key or the assertions of yours, or a verifier of your own, such as that of tokens. */
export type GuardOptions = ({ verifier: Verifier } | ClientOptions) & {
  /** Whether to listen to what ends sessions (GET /v1/revocations), so that it is known here at once and not after a second; true if absent. */
  revocations?: boolean
  /** Told why nobody can be let in: the service does not answer, or does not take the key. */
  onError?: (error: unknown) => void
  /** Told why ends are not heard of at once; they are known within a second nevertheless. */
  onRevocationsError?: (error: unknown) => void
  /** Name of the session cookie, if yours is a site that browsers send it to; without one no cookie is looked at. */
  cookie?: string
}

/** What a route needs beside a live session. */
export interface Demands {
  role?: string
  /** Seconds within which the password must have been proven. */
  fresh?: number
  /** `true`: also for who has not logged in, and has an anonymous session; `session.anonymous` tells. Otherwise that is 403 `login_required`. */
  anonymous?: boolean
}

/** What came with a request. */
export type RequestHeaders = Record<string, string | string[] | undefined>

export interface Refusal { status: number, headers: Record<string, string>, problem: Problem }

export type Judgement = { session: Verdict } | { refusal: Refusal }

export interface Guard {
  /** `rawHeaders` are names and values in turn, as Node has them: `headers` has only the first of several `Authorization`, and what others read may be another one. */
  judge: (headers: RequestHeaders, demands: Demands, rawHeaders?: string[]) => Judgement | PromiseLike<Judgement>
  /** Ends the connection on which it hears what has ended; without that, it keeps the process alive. */
  close: () => void
}

/** Judges requests of whatever framework. It lets nobody in whom it does not know. */
export function createGuard (options: GuardOptions): Guard {
  const { cookie, onError = () => {} } = options
  const { verifier, close } = 'verifier' in options ? { verifier: options.verifier, close () {} } : verifierOf(options)

  function judge (headers: RequestHeaders, demands: Demands, rawHeaders?: string[]): Judgement | PromiseLike<Judgement> {
    const [credential, ...others] = credentialsIn(headers, cookie, rawHeaders)
    if (credential === undefined) return refused(401, 'no_session', 'No session ID provided', 'This route needs a session: log in, and send its sessionId as x-session-id or as Authorization: Bearer.', unauthorized)
    if (others.length > 0) return refused(400, 'credentials_disagree', 'Credentials disagree', 'The request carries different credentials. Send one.')
    const found = verifier.verify(credential)
    if (!isPromise(found)) return judgementOf(found, demands)
    return found.then(verdict => judgementOf(verdict, demands), (error: unknown) => {
      onError(error)
      return unknown(error)
    })
  }

  return { judge, close }
}

function verifierOf ({ revocations = true, onRevocationsError: onError, ...options }: ClientOptions & Pick<GuardOptions, 'revocations' | 'onRevocationsError'>): { verifier: Verifier, close: () => void } {
  const { url, key, assertion, fetch } = options
  if (!key && !assertion) throw new TypeError('The key of this service is missing: an operator makes one with npm run keys -- create.')
  const client = createClient(options)
  if (!revocations) return { verifier: createVerifier({ client, anonymous: true }), close () {} }
  const news = createRevocations({ url, key, assertion, ...(onError && { onError }), ...(fetch && { fetch }) })
  return { verifier: createVerifier({ client, anonymous: true, revocations: news }), close: news.close }
}

/** Of whatever library. */
export function isPromise<T> (found: T | PromiseLike<T>): found is PromiseLike<T> {
  return typeof (found as Partial<PromiseLike<T>> | null)?.then === 'function'
}

const unauthorized = { 'www-authenticate': 'Bearer realm="sessions"' }

function judgementOf (session: Verdict | null, { role, fresh, anonymous }: Demands): Judgement {
  if (session?.active !== true) return refused(401, 'invalid_session', 'Invalid or expired session', 'The session does not exist or has ended. Log in again.', { 'www-authenticate': 'Bearer realm="sessions", error="invalid_token"' })
  if (session.anonymous === true && anonymous !== true) return loginRequired()
  if (role !== undefined && !session.roles.includes(role)) return refused(403, 'forbidden', 'Not allowed for this account', `This route is for accounts with the role ${role}.`)
  if (fresh !== undefined && session.auth_time === undefined) return loginRequired()
  if (fresh !== undefined && Date.now() / 1000 - Number(session.auth_time) > fresh) {
    return refused(403, 'reauthentication_required', 'Password has to be proven again', `For this the password has to be proven within ${fresh} seconds.`, {}, { maxAge: fresh })
  }
  return { session }
}

function loginRequired (): Judgement {
  return refused(403, 'login_required', 'Login required', 'This session was opened without a login, and this is for who has logged in.')
}

/** Nobody is let in of whom it is not known whether they may be, also if it is the key that is worth nothing. */
function unknown (error: unknown): Judgement {
  const retryAfterMs = error instanceof SessionServiceError ? error.retryAfterMs ?? 1000 : 1000
  return refused(503, 'store_unavailable', 'Session store unavailable', 'It cannot be known whether the session is good. Try again in a moment.', { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) })
}

const TITLES: Record<number, string> = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' }

function refused (status: number, code: Problem['code'], error: string, detail: string, headers: Record<string, string> = {}, more: object = {}): Judgement {
  return {
    refusal: {
      status,
      headers: { 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store', ...headers },
      problem: { type: `urn:session-service:problem:${code}`, title: String(TITLES[status]), status, detail, code, error, ...more }
    }
  }
}

/** Every credential of a request, by whichever way it came, each once. */
function credentialsIn (headers: RequestHeaders, cookieName: string | undefined, rawHeaders: string[] = []): Iterable<string> {
  const sole = headers['x-session-id']
  // Nearly every request: there is nothing else to look into.
  if (typeof sole === 'string' && sole !== '' && headers.authorization === undefined && (cookieName === undefined || headers.cookie === undefined)) return [sole]
  const bearers = [textOf(headers.authorization), ...rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'authorization')].map(bearerOf)
  const cookies = cookieName === undefined ? [] : textOf(headers.cookie).split(/; */).filter(pair => pair.startsWith(`${cookieName}=`)).map(pair => pair.slice(cookieName.length + 1))
  return new Set([textOf(sole), ...bearers, ...cookies].filter(text => text !== ''))
}

function bearerOf (authorization: string): string {
  const [, bearer = ''] = /^bearer +(\S+) *$/i.exec(authorization) ?? []
  return bearer
}

function textOf (header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(', ') : header ?? ''
}
