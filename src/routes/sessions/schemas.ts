import { Type } from '@sinclair/typebox'
import { exampleDescription, exampleId, exampleOtherDescription } from '../examples.ts'
import { Closed, DescriptionSchema, SessionIdSchema, refTo } from '../schemas.ts'

/** Query values are text: nothing is coerced. */
export const ListQuerySchema = Closed({
  limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]?|100)$', default: '100', description: 'Sessions a page, 1 to 100.' })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: '`nextCursor` of the page before.' }))
})

export const ListAnswerSchema = Type.Object({
  count: Type.Integer({ description: 'All of your live sessions, also those on other pages.', examples: [2] }),
  sessions: Type.Array(refTo(DescriptionSchema)),
  nextCursor: Type.Optional(Type.String({ description: 'Ask for the next page with it; absent on the last one.' }))
}, {
  description: 'Your sessions, newest first',
  examples: [{ count: 2, sessions: [exampleDescription, exampleOtherDescription] }]
})

export const SessionParamsSchema = Type.Object({ sessionId: SessionIdSchema })

export const EndedAnswerSchema = Type.Object({
  message: Type.Literal('Session ended'),
  sessionId: SessionIdSchema
}, { description: 'That session has ended', examples: [{ message: 'Session ended', sessionId: exampleId }] })

export const EndAllQuerySchema = Closed({
  except: Type.Optional(Type.Literal('current', { description: '`current` keeps the session of this request.' }))
})

export const EndedAllAnswerSchema = Type.Object({
  message: Type.Literal('Logged out from all devices'),
  ended: Type.Integer({ description: 'How many sessions were ended.', examples: [2] })
}, {
  description: 'Every session has ended, or every other one',
  examples: [{ message: 'Logged out from all devices', ended: 2 }]
})
