import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { Ajv } from 'ajv'
import { asyncApi } from '../../../src/routes/events/asyncapi.ts'
import { WebSocket, type ClientOptions } from 'ws'

const validators = new Map(Object.entries(asyncApi.components.messages).map(([name, { payload }]) => [name, new Ajv({ strict: false }).compile({ ...payload, additionalProperties: false })]))

/** What the AsyncAPI document has against an event, or null. */
export function faultOf (event: unknown): string | null {
  const { type } = Object(event)
  const validate = validators.get(type)
  if (validate === undefined) return `has no event ${type}`
  return validate(event) ? null : JSON.stringify(validate.errors)
}

export interface Told { id?: string, type: string, sessionId?: string, [detail: string]: unknown }

/** How long a client waits for what has to come. */
const PATIENCE_MS = 5000

const starts = new WeakMap<FastifyInstance, Promise<string>>()

/** Makes a service listen; returns its authority. */
export async function listening (app: FastifyInstance): Promise<string> {
  const started = starts.get(app) ?? app.listen({ host: '127.0.0.1', port: 0 })
  starts.set(app, started)
  await started
  return `127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

/** Makes a service listen on a Unix socket, of which the kernel takes a fraction of a megabyte before anything waits in the service; of TCP it takes many. */
export async function listenOnUnix (t: Test, app: FastifyInstance): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-events-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const start = app.listen({ path: join(folder, 'socket') })
  starts.set(app, start)
  await start
}

/** Where sockets are opened. */
async function socketUrl (app: FastifyInstance, path: string): Promise<string> {
  const authority = await listening(app)
  const address = app.server.address()
  return typeof address === 'string' ? `ws+unix:${address}:${path}` : `ws://${authority}${path}`
}

/** What has come, in order, and a way to wait for the next of a kind. What the AsyncAPI document does not allow fails the test. */
function inbox (t: Test) {
  const all: Told[] = []
  let wake = (): void => {}
  let taken = 0
  return {
    all,
    add (event: Told): void {
      const fault = faultOf(event)
      if (fault !== null) t.fail(`${JSON.stringify(event)}: ${fault}`)
      all.push(event)
      wake()
    },
    /** The next event of that name behind the last one that was asked for. */
    async next (type: string): Promise<Told> {
      const until = performance.now() + PATIENCE_MS
      for (;;) {
        const index = all.findIndex((event, i) => i >= taken && event.type === type)
        const found = all[index]
        if (found !== undefined) {
          taken = index + 1
          return found
        }
        const left = until - performance.now()
        if (left <= 0) throw new Error(`no ${type} came, but ${JSON.stringify(all)}`)
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, left)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    }
  }
}

export interface SocketOptions extends ClientOptions { after?: string | undefined, protocols?: string[] }

/** A WebSocket to a service: what comes through it, and how it ends. */
export async function socketTo (t: Test, app: FastifyInstance, { after, protocols = [], ...options }: SocketOptions) {
  const query = after === undefined ? '' : `?after=${after}`
  const socket = new WebSocket(await socketUrl(app, `/session/events${query}`), protocols, options)
  t.teardown(() => socket.terminate())
  const { all, add, next } = inbox(t)
  socket.on('message', data => add(JSON.parse(String(data)) as Told))
  socket.on('error', () => {})
  const closed = new Promise<{ code: number, reason: string }>(resolve => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
  const refused = new Promise<number>(resolve => {
    socket.once('unexpected-response', (_request, response) => {
      resolve(Number(response.statusCode))
      response.destroy()
    })
  })
  return { socket, all, next, closed, refused }
}

/** The same, with the credential in a header. */
export function socketOf (t: Test, app: FastifyInstance, credential: string, options: SocketOptions = {}) {
  return socketTo(t, app, { ...options, headers: { 'x-session-id': credential, ...options.headers } })
}

/** Server-sent events of a service. */
export async function streamOf (t: Test, app: FastifyInstance, headers: Record<string, string>) {
  const gone = new AbortController()
  t.teardown(() => gone.abort())
  const response = await fetch(`http://${await listening(app)}/session/events`, { headers: { accept: 'text/event-stream', ...headers }, signal: gone.signal })
  const { all, add, next } = inbox(t)
  const texts: string[] = []
  async function read (): Promise<void> {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true })
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        texts.push(event)
        const [, data] = /^data: (.*)$/m.exec(event) ?? []
        if (data !== undefined) add(JSON.parse(data) as Told)
      }
    }
  }
  const ended = read().catch((error: unknown) => {
    // It breaks off where it is left or cut off; what has come has to be whole.
    if (error instanceof SyntaxError) t.fail(`data that is no JSON: ${error.message}`)
  })
  return { response, all, texts, next, ended, leave: () => gone.abort() }
}
