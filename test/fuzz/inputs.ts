import fc, { type Arbitrary } from 'fast-check'
import type { Document, Operation, Parameter } from './document.ts'
import { anything, bent, fitting, nasty } from './values.ts'

/** How a request shows who it is; people.ts has the texts. */
export const credentials = ['alice', 'alice', 'alice', 'alice-bearer', 'both', 'admin', 'admin', 'disagreeing', 'none', 'dead', 'forged', 'public-id', 'successor', 'service'] as const

/** More of them for what services ask. */
const services = [...Array.from({ length: 30 }, () => 'service' as const), 'service-basic', 'service-basic', 'service-basic', 'service-basic', 'service-without-scope', 'service-forged'] as const
export type CredentialKind = typeof credentials[number] | typeof services[number] | { junk: string }

/** More of them where others do not come far. */
const administrators = Array.from({ length: 20 }, () => 'admin' as const)

const isForServices = ({ security }: Operation) => security.some(scheme => 'serviceBasic' in scheme)

const isForAdministrators = ({ responses }: Operation) => /`forbidden`/.test(responses['403']?.description ?? '')

/** A request as it was thought of: printable, and the same whenever it is sent again. */
export interface Input {
  operationId: string
  params: Record<string, string>
  query: string
  headers: Record<string, string>
  credential: CredentialKind
  body: { contentType: string | null, text: string } | null
}

/** What stands for something that only exists at the time of the request. */
export const another = '<another session of mine>'
export const nextCursor = '<next cursor>'
export const keyOfStore = '<key of the store>'

/** Valid and invalid requests for an operation of the document. */
export function inputsFor (operation: Operation, document: Document): Arbitrary<Input> {
  return fc.record({
    operationId: fc.constant(operation.operationId),
    params: paramsOf(operation, document),
    query: queryOf(operation, document),
    headers: headersOf(operation),
    credential: fc.oneof(
      { arbitrary: fc.constantFrom<CredentialKind>(...credentials, ...isForAdministrators(operation) ? administrators : [], ...isForServices(operation) ? services : []), weight: 12 },
      { arbitrary: fc.oneof(nasty, latin1).map(junk => ({ junk })), weight: 1 }),
    body: bodyOf(operation, document)
  })
}

/** Bytes that may stand in a header (RFC 9110 section 5.5). */
const latin1 = fc.stringMatching(/^[ -~\u00a0-\u00ff\t]{0,60}$/)

const declared = ({ parameters = [] }: Operation, place: Parameter['in']) => parameters.filter(parameter => parameter.in === place)

/** What there is of a parameter. */
const known: Record<string, Arbitrary<string>> = { sessionId: fc.constant(another), userId: fc.constantFrom('1', '2', '1', '2', '3'), channel: fc.constantFrom('streams', 'streams', 'streams', 'playback'), name: fc.constantFrom('store', 'store', 'store', 'shop'), keyId: fc.constantFrom(keyOfStore, keyOfStore, keyOfStore, '0a1b2c3d4e5f6071'), address: fc.constantFrom('127.0.0.1', '127.0.0.0/8', '2001:db8::/32') }

function paramsOf (operation: Operation, document: Document): Arbitrary<Record<string, string>> {
  return fc.record(Object.fromEntries(declared(operation, 'path').map(({ name, schema }) => [name, fc.oneof(
    { arbitrary: fitting(schema, document).map(value => encodeURIComponent(String(value))), weight: 3 },
    { arbitrary: known[name] ?? fc.constantFrom('a', 'cartItems', another), weight: name in known ? 9 : 3 },
    { arbitrary: fc.oneof(nasty, fc.string({ unit: 'grapheme' })).map(value => encodeURIComponent(value)), weight: 1 },
    { arbitrary: fc.constantFrom('%', '%zz', '%ff', '%c3%28', '%2e%2e', 'a;b', 'a,b', 'a%2Fb', 'k'.repeat(2000)), weight: 1 })])))
}

function queryOf (operation: Operation, document: Document): Arbitrary<string> {
  // Without a user nothing is meant, or everybody.
  const parameters = declared(operation, 'query').map(parameter => ({ ...parameter, required: parameter.required || parameter.name === 'userId' }))
  const pairs = parameters.map(({ name, schema, required }) => fc.oneof(
    // The more there are, the more of them are left out: otherwise one of them is nearly always wrong.
    { arbitrary: fc.constantFrom(...parameters.flatMap(() => ['', '']), '', '', `${name}=`, `${name}=${nextCursor}`), weight: required ? 1 : 2 },
    { arbitrary: fc.oneof(fitting(schema, document), known[name] ?? fitting(schema, document)).map(value => `${name}=${encodeURIComponent(String(value))}`), weight: required ? 9 : 1 }))
  return fc.oneof(
    { arbitrary: fc.constant(''), weight: parameters.some(({ required }) => required) ? 1 : 4 },
    { arbitrary: fc.tuple(...pairs).map(texts => texts.filter(text => text !== '').join('&')), weight: parameters.some(({ required }) => required) ? 12 : 4 },
    { arbitrary: fc.tuple(nasty, nasty).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`), weight: 1 },
    { arbitrary: fc.constantFrom('&&&', '?', '=', '%', '%zz=%zz', 'limit=1&limit=2', 'limit[]=1', '__proto__=1', 'except=current&except=current', 'a=%00', 'cursor=%ff'), weight: 1 })
}

function headersOf (operation: Operation): Arbitrary<Record<string, string>> {
  const names = [...declared(operation, 'header').map(({ name }) => name), 'x-request-id', 'user-agent', 'accept', 'x-forwarded-for']
  const value = fc.oneof(
    { arbitrary: fc.constantFrom('*', '"0"', '"1"', '"0", "1", "2"', 'W/"1"', '""', '"', 'x', '*/*', 'application/xml', '203.0.113.7, 10.0.0.1'), weight: 3 },
    { arbitrary: fc.uuid(), weight: 1 },
    { arbitrary: latin1, weight: 1 })
  return fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 2 })
}

const contentTypes = fc.oneof(
  { arbitrary: fc.constant('application/json'), weight: 12 },
  { arbitrary: fc.constantFrom(null, '', 'text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', 'multipart/form-data; boundary=x', 'application/problem+json', 'json', ';', '*/*'), weight: 1 })

const broken = fc.oneof(
  fc.constantFrom('', '{', '[', '"', '{"a":}', '{"a":1,}', 'nul', '\0', '{"__proto__":{"a":1}}', '{"a":{"constructor":{"prototype":1}}}', '{"key":"a","value":1e999}', '\ufeff{}', '[]'.repeat(9), `{"key":"a","value":"${'x'.repeat(70_000)}"}`),
  fc.string({ unit: 'binary' }),
  fc.integer({ min: 1, max: 30_000 }).map(depth => `{"key":"a","value":${'['.repeat(depth)}${']'.repeat(depth)}}`))

function bodyOf ({ requestBody }: Operation, document: Document): Arbitrary<Input['body']> {
  const { schema, example } = requestBody?.content['application/json'] ?? { schema: {} }
  const asText = (values: Arbitrary<unknown>) => values.map(value => JSON.stringify(value))
  const text = fc.oneof(
    // Of random numbers hardly any is a public key.
    { arbitrary: asText(fc.constant(example ?? {})), weight: 'publicKey' in Object(example) ? 20 : 6 },
    { arbitrary: asText(fitting(schema, document)), weight: 4 },
    { arbitrary: asText(bent(schema, document)), weight: 3 },
    { arbitrary: asText(anything), weight: 1 },
    { arbitrary: broken, weight: 2 })
  const given = fc.record({ contentType: contentTypes, text })
  return requestBody === undefined
    ? fc.oneof({ arbitrary: fc.constant(null), weight: 5 }, { arbitrary: given, weight: 1 })
    : fc.oneof({ arbitrary: given, weight: 19 }, { arbitrary: fc.constant(null), weight: 1 })
}
