import { Type } from '@sinclair/typebox'

const StatsAnswerSchema = Type.Object({
  activeSessions: Type.Integer({ description: 'Live sessions of everybody. Logins and log-outs count within a second, idle expiry within ten.', examples: [42] })
}, { description: 'Numbers of the whole service', examples: [{ activeSessions: 42 }] })

export const adminStats = {
  tags: ['Operation'],
  operationId: 'adminStats',
  summary: 'How many sessions are live?',
  description: 'Needs the role `admin` and a password that was proven within the last 12 hours. Costs the same at any number of sessions: nothing is scanned.',
  response: { 200: StatsAnswerSchema }
}
