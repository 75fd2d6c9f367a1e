import { Type } from '@sinclair/typebox'
import { TimesSchema, UserSchema, refTo } from '../schemas.ts'

export const MeAnswerSchema = Type.Object({
  user: refTo(UserSchema),
  session: refTo(TimesSchema)
}, { description: 'Who you are, and how long this session lives' })
