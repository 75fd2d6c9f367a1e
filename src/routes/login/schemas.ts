import { Type } from '@sinclair/typebox'
import { exampleCredential, exampleTimes, exampleUser } from '../examples.ts'
import { Closed, TimesSchema, UserSchema, refTo } from '../schemas.ts'

export const LoginBodySchema = Closed({
  email: Type.String({ format: 'email', maxLength: 254, description: 'Upper and lower case are the same.', examples: ['alice@example.com'] }),
  password: Type.String({ minLength: 1, maxLength: 1024, examples: ['password123'] })
}, { examples: [{ email: 'alice@example.com', password: 'password123' }] })

export const LoginAnswerSchema = Type.Object({
  message: Type.Literal('Login successful'),
  sessionId: Type.String({ description: 'The credential: keep it secret, send it as x-session-id or as Authorization: Bearer.', examples: [exampleCredential] }),
  user: refTo(UserSchema),
  session: refTo(TimesSchema)
}, {
  description: 'Logged in',
  examples: [{ message: 'Login successful', sessionId: exampleCredential, user: exampleUser, session: exampleTimes }]
})

export const LogoutAnswerSchema = Type.Object({
  message: Type.Literal('Logged out successfully')
}, { description: 'The session has ended', examples: [{ message: 'Logged out successfully' }] })
