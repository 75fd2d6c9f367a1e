/*
 * Every limit that the OpenAPI document states for a parameter, or for a member of a body: the longest value is taken, one more is refused, and the refusal says where.
 */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import { scopes } from '../../src/callers/scope.ts'
import { placesOf, type Document, type Parameter, type Place, type Schema } from '../fuzz/document.ts'
import type { ErrorCode } from '../../src/sessions/errors.ts'
import { build } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { isProblem } from './problem.ts'
import { addService } from './service.ts'

interface Limited extends Schema { maximum?: number, anyOf?: Schema[] }

/** Values at a limit: `most` is the last that is allowed, if there is one of this kind, and `tooMany` the first that is not. */
interface Edge { what: string, most?: unknown, tooMany: unknown }

const uuid = '3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b'
const longestName = `a${'1'.repeat(31)}`
const longAddress = '0000:0000:0000:0000:0000:ffff:203.113.100.255'
const beforeAndAfter = (first: string, last: string) => (length: number) => `${first}${'x'.repeat(length - first.length - last.length)}${last}`

/** By their patterns, texts that have a longest one: that, and one that is longer by a character or larger by one. */
const bounded: Record<string, [most: string, tooMany: string]> = {
  '^[a-z][A-Za-z0-9]{0,31}$': [longestName, `${longestName}1`],
  '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$': [uuid, `${uuid}0`],
  '^[!-+\\--~]{1,128}$': ['a'.repeat(128), 'a'.repeat(129)],
  '^[!-~]{1,255}$': ['a'.repeat(255), 'a'.repeat(256)],
  '^[!-~]{0,64}$': ['a'.repeat(64), 'a'.repeat(65)],
  '^([1-9][0-9]?|100)$': ['100', '101'],
  '^([1-9][0-9]{0,2}|1000)$': ['1000', '1001'],
  '^([0-9]|[12][0-9]|30)$': ['30', '31'],
  '^[a-z][a-z0-9-]{0,31}$': [`a${'-'.repeat(31)}`, `a${'-'.repeat(32)}`],
  '^[a-z][a-z0-9-]{0,62}$': [`a${'-'.repeat(62)}`, `a${'-'.repeat(63)}`],
  '^[1-9][0-9]{0,7}$': ['9'.repeat(8), '9'.repeat(9)],
  '^[1-9][0-9]{0,9}$': ['9'.repeat(10), '9'.repeat(11)],
  '^\\d{1,15}$': ['9'.repeat(15), '9'.repeat(16)],
  '^[0-9a-f]{16}$': ['0a1b2c3d4e5f6071', '0a1b2c3d4e5f60718'],
  '^[0-9]{1,15}-[0-9]{1,15}$': [`${'9'.repeat(15)}-${'9'.repeat(15)}`, `${'9'.repeat(15)}-${'9'.repeat(16)}`],
  '^[0-9]{1,15}(\\.[0-9]{1,6})?$': [`${'9'.repeat(15)}.999999`, `${'9'.repeat(15)}.9999999`],
  '^[0-9A-Fa-f:.]{2,45}(?:/[0-9]{1,3})?$': [`${longAddress}/128`, `0${longAddress}/128`],
  '^(?:[!#-~]{1,128}|"(?:[ !#-\\[\\]-~]|\\\\["\\\\]){1,128}")$': [`"${'k'.repeat(128)}"`, `"${'k'.repeat(129)}"`]
}

/** Those that have none: what they are made of may be repeated, or their length is a setting. */
const unbounded = ['^[!-~]+$', '^(device|data|anonymous)( (device|data|anonymous))*$']

/** A text of that length that fits a pattern with a maxLength beside it. */
function textOf (name: string, { pattern = '' }: Schema): (length: number) => string {
  if (name === 'ipAddress') return length => longAddress.padEnd(length, '0')
  return pattern.includes('@') ? beforeAndAfter('a', '@example.com') : beforeAndAfter('x', '')
}

/** So many items, each another one. */
function itemsOf (name: string, { enum: names, pattern }: Schema, count: number): unknown[] {
  if (name === 'operations') return Array.from({ length: count }, () => ({ op: 'increment', key: 'plays', value: 1 }))
  if (names !== undefined) return Array.from({ length: count }, (_, i) => names[i % names.length])
  return Array.from({ length: count }, (_, i) => pattern?.includes('[89ab]') === true ? randomUUID() : `a${i}`)
}

/** Of each limit of a schema. */
function edgesOf (name: string, { anyOf, ...schema }: Limited): Edge[] {
  if (anyOf !== undefined) return anyOf.flatMap(each => edgesOf(name, each))
  const { type, pattern, maxLength, maximum, maxItems, uniqueItems, items = {} } = schema
  const edges: Edge[] = []
  if (type === 'string' && maxLength !== undefined) edges.push({ what: `${maxLength} characters`, most: textOf(name, schema)(maxLength), tooMany: textOf(name, schema)(maxLength + 1) })
  else if (pattern !== undefined && !unbounded.includes(pattern)) {
    const [most, tooMany] = bounded[pattern] ?? []
    if (most === undefined || tooMany === undefined) throw new Error(`What is the longest text of ${pattern}?`)
    edges.push({ what: `at most ${most.length} characters, and ${pattern}`, most, tooMany })
  }
  if (maximum !== undefined) edges.push({ what: `at most ${maximum}`, most: maximum, tooMany: maximum + 1 })
  if (maxItems !== undefined) edges.push({ what: `${maxItems} items`, most: itemsOf(name, items, maxItems), tooMany: itemsOf(name, items, maxItems + 1) })
  if (uniqueItems === true) edges.push({ what: 'each item once', tooMany: [0, 0].flatMap(() => itemsOf(name, { ...items, pattern: undefined, enum: items.enum ?? [items.pattern?.includes('[89ab]') === true ? uuid : 'a'] }, 1)) })
  return edges
}

const parts = { path: 'params', query: 'querystring', header: 'headers' } as const

/** What the rest of a request is where a call is refused for something else otherwise, or takes its time. */
const beside: Record<string, Record<string, string>> = {
  endUserSessions: { flagged: 'true' },
  revocations: { after: '1-0' }
}

/** What says who asks, or whether it is a repetition, is read before everything else and has a code of its own. */
const ownCodes: Record<string, [status: number, code: ErrorCode]> = {
  'headers/idempotency-key': [400, 'malformed_idempotency_key'],
  'body/client_assertion': [400, 'credentials_disagree'],
  'body/client_id': [401, 'invalid_service_key']
}

/** What stands in a path. */
const inPath: Record<string, string> = { sessionId: uuid, userId: '2', name: 'nobody', keyId: '0a1b2c3d4e5f6071', key: 'cartItems', channel: 'playback' }

interface Given { path?: Record<string, string>, query?: Record<string, string>, header?: Record<string, string>, body?: unknown }

/** Requests of who may make them: an administrator who has just logged in, or a service with all scopes. */
async function askers (app: FastifyInstance) {
  const { key } = await addService(app, 'all', { scopes: [...scopes] })

  async function credentialFor ({ security }: Place['operation']): Promise<Record<string, string>> {
    if (security.some(scheme => 'serviceKey' in scheme)) return { authorization: `Bearer ${key}` }
    if (security.length === 0) return {}
    const { credential } = await app.sessions.open({ userId: '3', profile: { email: 'admin@example.com', name: 'Admin', roles: ['admin'] }, ipAddress: '127.0.0.1', userAgent: '' })
    noteCredential(app, credential)
    return { 'x-session-id': credential }
  }

  return async ({ path, method, operation }: Place, given: Given): Promise<LightMyRequestResponse> => {
    const known = { ...inPath, ...given.path }
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(known[name])))
    const query = new URLSearchParams({ ...beside[operation.operationId], ...given.query })
    return app.inject({
      method: method.toUpperCase() as InjectOptions['method'],
      url: `${url}?${query}`,
      headers: { ...await credentialFor(operation), ...given.header },
      ...(given.body !== undefined && { payload: given.body as object })
    })
  }
}

/** Where a request was refused for what it says. */
const placesRefused = (response: LightMyRequestResponse): string[] => {
  const { code, errors = [] } = response.json<{ code?: string, errors?: Array<{ in: string, pointer: string }> }>()
  return code === 'validation_failed' ? errors.map(each => each.in + each.pointer) : []
}

/** Each limit of an operation: where it is, its values, and the request that has one of them there. */
function limitsOf ({ operation }: Place, document: Document) {
  const resolved = (schema: Schema): Schema => schema.$ref === undefined ? schema : resolved(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {})
  const body = operation.requestBody?.content['application/json']
  const ofParameters = (operation.parameters ?? []).flatMap(({ name, in: part, schema }: Parameter) =>
    edgesOf(name, resolved(schema)).map(edge => ({ place: `${parts[part]}/${name}`, edge, given: (value: unknown): Given => ({ [part]: { [name]: String(value) }, body: body?.example }) })))
  const ofMembers = Object.entries(resolved(body?.schema ?? {}).properties ?? {}).flatMap(([name, schema]) =>
    edgesOf(name, resolved(schema)).map(edge => ({ place: `body/${name}`, edge, given: (value: unknown): Given => ({ body: { ...Object(body?.example), [name]: value } }) })))
  return [...ofParameters, ...ofMembers]
}

t.test('what stands for a pattern is the longest text that fits it, and the next one does not', t => {
  for (const [pattern, [most, tooMany]] of Object.entries(bounded)) t.strictSame([most, tooMany].map(text => new RegExp(pattern, 'u').test(text)), [true, false], pattern)
  t.end()
})

t.test('each limit of a parameter or a member is kept, and what is beyond it is refused with its place', async t => {
  // Of names of lifetimes only those are good that are set.
  const { app } = await build(t, { SESSION_LIFETIMES: `${longestName}:3600/86400` })
  const ask = await askers(app)
  const document = (await app.inject('/openapi.json')).json<Document>()
  let count = 0
  for (const place of placesOf(document)) {
    for (const { place: where, edge: { what, most, tooMany }, given } of limitsOf(place, document)) {
      const name = `${place.operation.operationId} ${where}: ${what}`
      const refused = await ask(place, given(tooMany))
      const isThere = (response: LightMyRequestResponse) => placesRefused(response).some(found => found === where || found.startsWith(`${where}/`))
      isProblem(t, refused, ...ownCodes[where] ?? [400, 'validation_failed'] as const, name)
      t.equal(isThere(refused), !(where in ownCodes), `${name}: ${refused.body}`)
      if (most !== undefined) t.notOk(isThere(await ask(place, given(most))), `${name} is not too much`)
      count++
    }
  }
  t.ok(count > 100, `${count} limits`)
  // The record of a session whose user has a name this long is no listpack (src/store/keys.ts), which no other test is to find.
  const [longestUser = ''] = bounded['^[!-~]{1,255}$'] ?? []
  t.ok(await app.sessions.endAll(longestUser) > 0)
})
