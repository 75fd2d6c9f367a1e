import { Type } from '@sinclair/typebox'
import { exampleDescription, exampleEnded, exampleId, exampleOtherDescription } from '../examples.ts'
import { Closed, DescriptionSchema, EndedSchema, SessionIdSchema, refTo } from '../schemas.ts'

/** Query values are text: nothing is coerced. */
const ListQuerySchema = Closed({
  ended: Type.Optional(Type.String({ enum: ['true', 'false'], default: 'false', description: '`true` lists those that have ended, by when they ended.' })),
  limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]?|100)$', default: '100', description: 'Sessions a page, 1 to 100.' })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: '`nextCursor` of the page before.' }))
})

const ListAnswerSchema = Type.Object({
  count: Type.Integer({ description: 'All of your live (or ended) sessions, also those on other pages.', examples: [2] }),
  sessions: Type.Array(Type.Union([refTo(DescriptionSchema), refTo(EndedSchema)])),
  nextCursor: Type.Optional(Type.String({ description: 'Ask for the next page with it; absent on the last one.' }))
}, {
  description: 'Your sessions, newest first',
  examples: [{ count: 2, sessions: [exampleDescription, exampleOtherDescription] }, { count: 1, sessions: [exampleEnded] }]
})

const SessionParamsSchema = Type.Object({ sessionId: SessionIdSchema })

const EndedAnswerSchema = Type.Object({
  message: Type.Literal('Session ended'),
  sessionId: SessionIdSchema
}, { description: 'That session has ended', examples: [{ message: 'Session ended', sessionId: exampleId }] })

const EndAllQuerySchema = Closed({
  except: Type.Optional(Type.Literal('current', { description: '`current` keeps the session of this request.' }))
})

const EndedAllAnswerSchema = Type.Object({
  message: Type.Literal('Logged out from all devices'),
  ended: Type.Integer({ description: 'How many sessions were ended.', examples: [2] })
}, {
  description: 'Every session has ended, or every other one',
  examples: [{ message: 'Logged out from all devices', ended: 2 }]
})

const tags = ['My devices']

export const listSessions = {
  tags,
  operationId: 'listSessions',
  summary: 'List my sessions',
  description: 'Every device on which you are logged in, newest first. With `ended=true` those on which you were, with the reason; they are shown for a week (ENDED_SESSIONS_SECONDS). Costs the same however many sessions others have.',
  querystring: ListQuerySchema,
  response: { 200: ListAnswerSchema }
}

export const endAllSessions = {
  tags,
  operationId: 'endAllSessions',
  summary: 'Log out everywhere',
  description: 'Ends all of your sessions at once, on every instance; with `except=current` all but this one.',
  querystring: EndAllQuerySchema,
  response: { 200: EndedAllAnswerSchema }
}

export const endSession = {
  tags,
  operationId: 'endSession',
  summary: 'End one session',
  description: 'Logs that device out. An id that is dead, unknown or somebody else’s is 404 alike.',
  params: SessionParamsSchema,
  response: { 200: EndedAnswerSchema }
}
