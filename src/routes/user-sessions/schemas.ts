import { Type } from '@sinclair/typebox'
import { exampleId, exampleOtherDescription } from '../examples.ts'
import { Closed, DescriptionSchema, SessionIdSchema, refTo } from '../schemas.ts'

/** Of accounts here it is a number; users of elsewhere may have any text. */
const UserIdSchema = Type.String({ pattern: '^[!-~]{1,128}$', description: 'The id of the user, as `sub` of an introspection has it: printable ASCII without spaces.', examples: ['1'] })

/** Query values are text: nothing is coerced. */
const ListQuerySchema = Closed({
  userId: UserIdSchema,
  limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]?|100)$', default: '100', description: 'Sessions a page, 1 to 100.' })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: '`nextCursor` of the page before.' }))
})

const ListAnswerSchema = Type.Object({
  count: Type.Integer({ description: 'All live sessions of the user, also those on other pages.', examples: [1] }),
  sessions: Type.Array(refTo(DescriptionSchema)),
  nextCursor: Type.Optional(Type.String({ description: 'Ask for the next page with it; absent on the last one.' }))
}, { description: 'Newest first; none of a user that is not known', examples: [{ count: 1, sessions: [exampleOtherDescription] }] })

const ParamsSchema = Type.Object({ sessionId: SessionIdSchema })

const ShowAnswerSchema = Type.Object({
  userId: UserIdSchema,
  session: refTo(DescriptionSchema)
}, { description: 'The session, and whose it is', examples: [{ userId: '1', session: exampleOtherDescription }] })

const EndedAnswerSchema = Type.Object({
  message: Type.Literal('Session ended'),
  sessionId: SessionIdSchema
}, { description: 'That session has ended', examples: [{ message: 'Session ended', sessionId: exampleId }] })

const EndAllQuerySchema = Closed({ userId: UserIdSchema })

const EndedAllAnswerSchema = Type.Object({
  message: Type.Literal('Logged out from all devices'),
  ended: Type.Integer({ description: 'How many sessions that were.', examples: [2] })
}, { description: 'None of them answers any more', examples: [{ message: 'Logged out from all devices', ended: 2 }] })

const tags = ['Other services']
const needs = (scope: string) => `Needs a key with the scope \`${scope}\`.`

export const listUserSessions = {
  tags,
  operationId: 'listUserSessions',
  summary: 'List the sessions of a user',
  description: `${needs('sessions:read')} As the user sees them at GET /sessions; looking is no use of them.`,
  querystring: ListQuerySchema,
  response: { 200: ListAnswerSchema }
}

export const showUserSession = {
  tags,
  operationId: 'showUserSession',
  summary: 'Whose session is it, and from where?',
  description: `${needs('sessions:read')} By its public id, \`sid\` of an introspection. Looking is no use of it.`,
  params: ParamsSchema,
  response: { 200: ShowAnswerSchema }
}

export const endUserSession = {
  tags,
  operationId: 'endUserSession',
  summary: 'End a session',
  description: `${needs('sessions:revoke')} Whoever’s it is. In the history of its user it ended for \`ended_by_service\`. After a 503 repeat it.`,
  params: ParamsSchema,
  response: { 200: EndedAnswerSchema }
}

export const endUserSessions = {
  tags,
  operationId: 'endUserSessions',
  summary: 'End all sessions of a user',
  description: `${needs('sessions:revoke')} None of them answers from the first moment on, however many there are. After a 503 repeat it.`,
  querystring: EndAllQuerySchema,
  response: { 200: EndedAllAnswerSchema }
}
