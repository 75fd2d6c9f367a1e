import { Type } from '@sinclair/typebox'
import { exampleTimes, exampleUser } from '../examples.ts'
import { TimesSchema, UserSchema, refTo } from '../schemas.ts'

export const MeAnswerSchema = Type.Object({
  user: refTo(UserSchema),
  session: refTo(TimesSchema)
}, {
  description: 'Who you are, and how long this session lives',
  examples: [{ user: exampleUser, session: exampleTimes }]
})
