import { Type } from '@sinclair/typebox'
import { exampleEvent } from '../examples.ts'
import { Closed, EventSchema, SessionIdSchema, refTo } from '../schemas.ts'

const QuerySchema = Closed({
  limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]?|100)$', default: '100', description: 'Events a page, 1 to 100.' })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: '`nextCursor` of the page before.' }))
})

const AnswerSchema = Type.Object({
  events: Type.Array(refTo(EventSchema)),
  nextCursor: Type.Optional(Type.String({ description: 'Ask for the next page with it; absent on the last one.' }))
}, { description: 'What happened, newest first', examples: [{ events: [exampleEvent] }] })

const tags = ['My devices']

export const myActivity = {
  tags,
  operationId: 'myActivity',
  summary: 'What happened to my sessions?',
  description: 'Logins, new credentials, extensions, changed data keys, proofs of the password, use from elsewhere and ends of all your sessions, newest first. The last 200 events (ACTIVITY_MAX_ENTRIES) of at most 90 days (ACTIVITY_RETENTION_SECONDS) are kept.',
  querystring: QuerySchema,
  response: { 200: AnswerSchema }
}

export const sessionActivity = {
  tags,
  operationId: 'sessionActivity',
  summary: 'What happened to one session?',
  description: 'The same as GET /me/activity for one of your sessions, live or ended. An id that is unknown or somebody else’s is 404 alike.',
  params: Type.Object({ sessionId: SessionIdSchema }),
  querystring: QuerySchema,
  response: { 200: AnswerSchema }
}
