import { Type } from '@sinclair/typebox'
import { exampleTimes, exampleUser } from '../examples.ts'
import { TimesSchema, UserSchema, refTo } from '../schemas.ts'

const MeAnswerSchema = Type.Object({
  user: refTo(UserSchema),
  session: refTo(TimesSchema)
}, {
  description: 'Who you are, and how long this session lives',
  examples: [{ user: exampleUser, session: exampleTimes }]
})

export const me = {
  tags: ['Log in'],
  operationId: 'me',
  summary: 'Who am I?',
  description: 'The user of this session. One round trip to the store; the user database is not asked.',
  response: { 200: MeAnswerSchema }
}
