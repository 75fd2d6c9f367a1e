import { authorizationOf, type Identity } from './authorization.ts'
import { errorOf, isPassing, SessionServiceError, unreachable } from './errors.ts'
import type { operations } from './openapi.ts'
import { repeatable, routes } from './routes.ts'

export interface ClientOptions extends Identity {
  /** Where the service is, such as `http://sessions.internal:3000`. */
  url: string
  /** How long one attempt may take. */
  timeoutMs?: number
  /** How often a request that changes nothing, or has an `idempotencyKey`, is tried again when there is no answer, or a 503. */
  retries?: number
  fetch?: typeof globalThis.fetch
}

type Operation = operations[keyof operations]
type Present<T> = [T] extends [never] ? unknown : T extends undefined ? unknown : T

/** Members that are there, and optional where nothing in them is needed. */
type Part<Name extends string, T> = [Exclude<T, undefined>] extends [never] ? unknown : object extends Exclude<T, undefined> ? { [_ in Name]?: Exclude<T, undefined> } : { [_ in Name]: Exclude<T, undefined> }

type BodyOf<O extends Operation> = O extends { requestBody?: infer B } ? Exclude<B, undefined> extends { content: { 'application/json': infer J } } ? J : never : never

/** Where the service takes one: a text of your own, new for each request, with which it is done once however often it is sent; printable ASCII, at most 128 characters. */
type Repeatable<Name> = Name extends typeof repeatable[number] ? { idempotencyKey?: string } : unknown

/** What a request takes: `params` of the path, `query`, `body`; and `session`, the credential of the user, or `headers` of your own. */
export type Input<Name extends keyof operations, O extends Operation = operations[Name]> =
  & Repeatable<Name>
  & Part<'params', O['parameters']['path']>
  & Part<'query', O['parameters']['query']>
  & Part<'body', BodyOf<O>>
  & { session?: string, headers?: Record<string, string>, signal?: AbortSignal }

type Success<R> = R extends { 200: { content: { 'application/json': infer J } } } ? J : R extends { 201: { content: { 'application/json': infer J } } } ? J : never

export interface Answer<Body> { status: number, headers: Headers, body: Body }

type Call<Name extends keyof operations, O extends Operation = operations[Name]> = object extends Input<Name>
  ? (input?: Input<Name>) => Promise<Answer<Present<Success<O['responses']>>>>
  : (input: Input<Name>) => Promise<Answer<Present<Success<O['responses']>>>>

/** One function for each operation of the OpenAPI document, by its operationId. */
export type Client = { [Name in keyof operations]: Call<Name> }

interface AnyInput { params?: Record<string, unknown>, query?: Record<string, unknown>, body?: unknown, idempotencyKey?: string, session?: string, headers?: Record<string, string>, signal?: AbortSignal }

/** Reads, whatever their method. */
const SAFE = new Set<string>(['introspect', 'introspectBatch'])

const REPEATABLE = new Set<string>(repeatable)

/** Before it is tried again, so that not everybody comes back at once. */
const PAUSE_MS = 50

/**
 * The client. Whatever is not a success rejects with SessionServiceError. A request that may change something is sent once, unless it has an `idempotencyKey`:
 * without an answer it may have been done.
 */
export function createClient ({ url, key, assertion, timeoutMs = 1000, retries = 1, fetch = globalThis.fetch }: ClientOptions): Client {
  const origin = url.replace(/\/+$/, '')

  async function once (method: string, target: string, headers: Record<string, string>, { body, signal }: AnyInput): Promise<Answer<unknown>> {
    const deadline = AbortSignal.timeout(timeoutMs)
    const response = await fetch(target, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal])
    }).catch(error => { throw unreachable(error) })
    if (!response.ok) throw await errorOf(response)
    return { status: response.status, headers: response.headers, body: await response.json().catch(error => { throw unreachable(error) }) }
  }

  function callOf (name: keyof operations) {
    const [method, path, who] = routes[name]
    const isSafe = method === 'GET' || SAFE.has(name)
    return async (input: AnyInput = {}): Promise<Answer<unknown>> => {
      const isRepeatable = input.idempotencyKey !== undefined && REPEATABLE.has(name)
      if (method === 'DELETE' || name === 'listUserSessions') assertWhole(input.query)
      const target = origin + filled(path, input.params) + search(input.query)
      for (let left = isSafe || isRepeatable ? retries : 0; ; left--) {
        try {
          const credentials = who === 'service' ? await authorizationOf({ key, assertion }) : credentialOf(input.session)
          return await once(method, target, { ...credentials, ...(isRepeatable && { 'idempotency-key': quoted(String(input.idempotencyKey)) }), ...input.headers }, input)
        } catch (error) {
          if (left === 0 || input.signal?.aborted === true || !(error instanceof SessionServiceError && isPassing(error))) throw error
          await new Promise(resolve => setTimeout(resolve, PAUSE_MS * (0.5 + Math.random())))
        }
      }
    }
  }

  return Object.fromEntries((Object.keys(routes) as Array<keyof operations>).map(name => [name, callOf(name)])) as unknown as Client
}

function credentialOf (session: string | undefined): Record<string, string> {
  return session === undefined ? {} : { 'x-session-id': session }
}

/** A string of structured fields (RFC 9651). */
function quoted (text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** A URL loses `.` and `..` before it is sent (RFC 3986 section 5.2.4), and without the value it is that of something else. */
function filled (path: string, params: Record<string, unknown> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(params[name] ?? '')
    if (['', '.', '..'].includes(value)) throw new TypeError(`The path needs a value for ${name} that is not empty, "." or "..".`)
    return encodeURIComponent(value)
  })
}

/** What is to be ended or removed must not become more because a value is missing. */
function assertWhole (query: Record<string, unknown> = {}): void {
  for (const [name, value] of Object.entries(query)) if (value === undefined) throw new TypeError(`The query says nothing of ${name}. Leave it out, or give it a value.`)
}

function search (query: Record<string, unknown> = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined).map(([name, value]): [string, string] => [name, String(value)])
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}
