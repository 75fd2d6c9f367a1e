import { Type } from '@sinclair/typebox'
import { exampleTimes, exampleUser } from '../examples.ts'
import { HistoryAnswerSchema, HistoryQuerySchema, TimesSchema, UserSchema, refTo } from '../schemas.ts'

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

export const myActivity = {
  tags: ['My devices'],
  operationId: 'myActivity',
  summary: 'What happened to my sessions?',
  description: 'Logins, new credentials, extensions, changed data keys and ends of all your sessions, newest first. The last 200 events (ACTIVITY_MAX_ENTRIES) of at most 90 days (ACTIVITY_RETENTION_SECONDS) are kept.',
  querystring: HistoryQuerySchema,
  response: { 200: HistoryAnswerSchema }
}
