import { createClient, type ClientOptions } from './client.ts'
import { SessionServiceError, type Problem } from './errors.ts'
import { createVerifier, type Verdict, type Verifier } from './verifier.ts'

/** Who asks, and how: the url of the service and the key of yours, or a verifier of your own, such as that of tokens. */
export type GuardOptions = ({ verifier: Verifier } | ClientOptions) & {
  /** Name of the session cookie, if yours is a site that browsers send it to; without one no cookie is looked at. */
  cookie?: string
}

/** What a route needs beside a live session. */
export interface Demands {
  role?: string
  /** Seconds within which the password must have been proven. */
  fresh?: number
}

/** What came with a request. */
export type RequestHeaders = Record<string, string | string[] | undefined>

export interface Refusal { status: number, headers: Record<string, string>, problem: Problem }

export type Judgement = { session: Verdict } | { refusal: Refusal }

export type Guard = (headers: RequestHeaders, demands: Demands) => Judgement | Promise<Judgement>

/** Judges requests of whatever framework. It lets nobody in whom it does not know. */
export function createGuard (options: GuardOptions): Guard {
  const verifier = 'verifier' in options ? options.verifier : createVerifier({ client: createClient(options) })
  return (headers, demands) => {
    const [credential, ...others] = new Set(credentialsIn(headers, options.cookie))
    if (credential === undefined) return refused(401, 'no_session', 'No session ID provided', 'This route needs a session: log in, and send its sessionId as x-session-id or as Authorization: Bearer.', unauthorized)
    if (others.length > 0) return refused(400, 'credentials_disagree', 'Credentials disagree', 'The request carries different credentials. Send one.')
    const found = verifier.verify(credential)
    return found instanceof Promise ? found.then(verdict => judge(verdict, demands), unknown) : judge(found, demands)
  }
}

const unauthorized = { 'www-authenticate': 'Bearer realm="sessions"' }

function judge (session: Verdict | null, { role, fresh }: Demands): Judgement {
  if (session === null) return refused(401, 'invalid_session', 'Invalid or expired session', 'The session does not exist or has ended. Log in again.', { 'www-authenticate': 'Bearer realm="sessions", error="invalid_token"' })
  if (role !== undefined && session.roles?.includes(role) !== true) return refused(403, 'forbidden', 'Not allowed for this account', `This route is for accounts with the role ${role}.`)
  if (fresh !== undefined && Date.now() / 1000 - (session.auth_time ?? 0) > fresh) {
    return refused(403, 'reauthentication_required', 'Password has to be proven again', `For this the password has to be proven within ${fresh} seconds.`, {}, { maxAge: fresh })
  }
  return { session }
}

/** Nobody is let in because it is not known whether they may. Whatever it is, the service could not be asked: also with a key that is worth nothing. */
function unknown (error: unknown): Judgement {
  const retryAfterMs = error instanceof SessionServiceError ? error.retryAfterMs ?? 1000 : 1000
  return refused(503, 'store_unavailable', 'Session store unavailable', 'It cannot be known whether the session is good. Try again in a moment.', { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) })
}

const TITLES: Record<number, string> = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' }

function refused (status: number, code: string, error: string, detail: string, headers: Record<string, string> = {}, more: object = {}): Judgement {
  return {
    refusal: {
      status,
      headers: { 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store', ...headers },
      problem: { type: `urn:session-service:problem:${code}`, title: String(TITLES[status]), status, detail, code, error, ...more }
    }
  }
}

/** Every credential of a request, by whichever way it came. */
function credentialsIn (headers: RequestHeaders, cookieName: string | undefined): string[] {
  const [, bearer] = /^bearer +(\S+) *$/i.exec(textOf(headers.authorization)) ?? []
  const cookies = cookieName === undefined ? [] : textOf(headers.cookie).split(/; */).filter(pair => pair.startsWith(`${cookieName}=`)).map(pair => pair.slice(cookieName.length + 1))
  return [textOf(headers['x-session-id']), bearer ?? '', ...cookies].filter(text => text !== '')
}

function textOf (header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(', ') : header ?? ''
}
