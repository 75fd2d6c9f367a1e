import { Type } from '@sinclair/typebox'
import { DATA_KEY_PATTERN } from '../../sessions/data.ts'
import { Closed } from '../schemas.ts'

const KeySchema = Type.String({ minLength: 1, pattern: DATA_KEY_PATTERN, description: 'Printable ASCII without spaces, at most 64 bytes.', examples: ['cartItems'] })
const ValueSchema = Type.Unknown({ description: 'Any JSON value, at most 4 KiB as JSON. It comes back with the same type; numbers are doubles (RFC 8259 section 6).', examples: ['3'] })

export const KeyParamsSchema = Type.Object({ key: KeySchema })

export const IfMatchSchema = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'ETag of the data that the change was made from; 412 if it has changed since.' }))
})

export const PutBodySchema = Closed({ key: KeySchema, value: ValueSchema }, { examples: [{ key: 'cartItems', value: '3' }] })

export const PatchBodySchema = Type.Record(Type.String(), ValueSchema, {
  propertyNames: KeySchema,
  minProperties: 1,
  description: 'Values by key; `null` removes the key. Nested objects are replaced, not merged.',
  examples: [{ cartItems: '4', theme: 'dark', coupon: null }]
})

/** All data answers carry the version of all of the session's data. */
const etag = { etag: Type.String({ description: 'Version of all data of this session, for If-Match.' }) }

export const PutAnswerSchema = Type.Object({
  message: Type.Literal('Session updated'), key: KeySchema, value: ValueSchema
}, { description: 'Stored', headers: etag, examples: [{ message: 'Session updated', key: 'cartItems', value: '3' }] })

export const DataAnswerSchema = Type.Object({
  data: Type.Record(Type.String(), ValueSchema, { description: 'Values by key', examples: [{ cartItems: '3' }] })
}, { description: 'The data of this session', headers: etag, examples: [{ data: { cartItems: '3', theme: 'dark' } }] })

export const PatchAnswerSchema = Type.Object({
  message: Type.Literal('Session updated'),
  data: Type.Record(Type.String(), ValueSchema, { description: 'The change that was made', examples: [{ cartItems: '4', theme: 'dark', coupon: null }] })
}, {
  description: 'Merged',
  headers: etag,
  examples: [{ message: 'Session updated', data: { cartItems: '4', theme: 'dark', coupon: null } }]
})

export const KeyAnswerSchema = Type.Object({
  key: KeySchema, value: ValueSchema
}, { description: 'The value', headers: etag, examples: [{ key: 'cartItems', value: '3' }] })

export const RemovedAnswerSchema = Type.Object({
  message: Type.Literal('Session updated'), key: KeySchema
}, { description: 'Removed', headers: etag, examples: [{ message: 'Session updated', key: 'cartItems' }] })
