import { Type } from '@sinclair/typebox'
import { DATA_KEY_PATTERN } from '../../sessions/data/data.ts'
import { Closed } from '../schemas.ts'

const KeySchema = Type.String({ minLength: 1, pattern: DATA_KEY_PATTERN, description: 'Printable ASCII without spaces, by default at most 64 bytes; not `__proto__`, `constructor`, `prototype`, `.` or `..`.', examples: ['cartItems'] })
const ValueSchema = Type.Unknown({ description: 'Any JSON value, by default at most 4 KiB as JSON. It comes back with the same type; numbers are doubles (RFC 8259 section 6).', examples: ['3'] })

const KeyParamsSchema = Type.Object({ key: KeySchema })

export const IfMatchSchema = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'ETag of the data that the change was made from; 412 if it has changed since.' }))
})

const PutBodySchema = Closed({ key: KeySchema, value: ValueSchema }, { examples: [{ key: 'cartItems', value: '3' }] })

/** Changes of data by key. */
export function patchBodyOf (description: string) {
  return Type.Record(Type.String(), ValueSchema, {
    propertyNames: KeySchema,
    minProperties: 1,
    description,
    examples: [{ cartItems: '4', theme: 'dark', coupon: null }]
  })
}

/** All data by key. */
export function valuesOf (description: string) {
  return Type.Record(Type.String(), ValueSchema, { propertyNames: KeySchema, description, examples: [{ cartItems: '4', theme: 'dark' }] })
}

const PatchBodySchema = patchBodyOf('Values by key; `null` removes the key. Nested objects are replaced, not merged.')

/** All data answers carry the version of all of the session's data. */
export const etag = { etag: Type.String({ description: 'Version of all data of this session, for If-Match.' }) }

const PutAnswerSchema = Type.Object({
  message: Type.Literal('Session updated'), key: KeySchema, value: ValueSchema
}, { description: 'Stored', headers: etag, examples: [{ message: 'Session updated', key: 'cartItems', value: '3' }] })

export function dataAnswerOf (description: string) {
  return Type.Object({
    data: Type.Record(Type.String(), ValueSchema, { description: 'Values by key', examples: [{ cartItems: '3' }] })
  }, { description, headers: etag, examples: [{ data: { cartItems: '3', theme: 'dark' } }] })
}

const PatchAnswerSchema = Type.Object({
  message: Type.Literal('Session updated'),
  data: Type.Record(Type.String(), ValueSchema, { description: 'The change that was made', examples: [{ cartItems: '4', theme: 'dark', coupon: null }] })
}, {
  description: 'Merged',
  headers: etag,
  examples: [{ message: 'Session updated', data: { cartItems: '4', theme: 'dark', coupon: null } }]
})

const KeyAnswerSchema = Type.Object({
  key: KeySchema, value: ValueSchema
}, { description: 'The value', headers: etag, examples: [{ key: 'cartItems', value: '3' }] })

const RemovedAnswerSchema = Type.Object({
  message: Type.Literal('Session updated'), key: KeySchema
}, { description: 'Removed', headers: etag, examples: [{ message: 'Session updated', key: 'cartItems' }] })

const tags = ['This session']

/** What a login keeps of an anonymous session. */
export const KeepDataSchema = Type.Optional(Type.Union([Type.Literal('all'), Type.Literal('none'), Type.Array(KeySchema, { maxItems: 512, uniqueItems: true })], {
  default: 'all', description: 'What the new session keeps of the data of the anonymous one whose place it takes: `all`, `none`, or what is under these keys.', examples: [['cartItems']]
}))

export const putSessionData = {
  tags,
  operationId: 'putSessionData',
  summary: 'Store one value',
  description: 'Other keys are untouched, whoever writes them at the same time. Over a cap the answer is 413 and nothing is changed.',
  headers: IfMatchSchema,
  body: PutBodySchema,
  response: { 200: PutAnswerSchema }
}

export const patchSessionData = {
  tags,
  operationId: 'patchSessionData',
  summary: 'Merge several values',
  description: 'All of them or none. `null` removes a key.',
  headers: IfMatchSchema,
  body: PatchBodySchema,
  response: { 200: PatchAnswerSchema }
}

export const getSessionData = {
  tags,
  operationId: 'getSessionData',
  summary: 'Read all values',
  description: 'Everything that was stored in this session, with the ETag that a conditional change needs.',
  response: { 200: dataAnswerOf('The data of this session') }
}

export const getSessionDataKey = {
  tags,
  operationId: 'getSessionDataKey',
  summary: 'Read one value',
  description: 'The value with the type that it was stored with.',
  params: KeyParamsSchema,
  response: { 200: KeyAnswerSchema }
}

export const deleteSessionDataKey = {
  tags,
  operationId: 'deleteSessionDataKey',
  summary: 'Remove one value',
  description: 'A key that is not there is 404, and nothing is changed.',
  headers: IfMatchSchema,
  params: KeyParamsSchema,
  response: { 200: RemovedAnswerSchema }
}
