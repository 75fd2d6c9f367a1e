/** The ruler: Fastify with an answer as long as that of GET /me, a response schema and nothing else. */
import Fastify from 'fastify'

const text = { type: 'string' }
const answerSchema = {
  type: 'object',
  properties: {
    user: { type: 'object', properties: { id: { type: 'integer' }, email: text, name: text } },
    session: {
      type: 'object',
      properties: { createdAt: text, lastAccessedAt: text, idleExpiresAt: text, absoluteExpiresAt: text, expiresAt: text }
    }
  }
}
const time = '1704067200000'
const answer = {
  user: { id: 1000001, email: 'ada.lovelace@example.com', name: 'Ada Lovelace' },
  session: { createdAt: time, lastAccessedAt: time, idleExpiresAt: time, absoluteExpiresAt: time, expiresAt: time }
}

const app = Fastify()
app.get('/me', { schema: { response: { 200: answerSchema } } }, async () => answer)
process.send({ url: await app.listen({ port: 0, host: '127.0.0.1' }) })
