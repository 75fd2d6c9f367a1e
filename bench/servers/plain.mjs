/** The ruler: Fastify with one short answer, a response schema and nothing else. Beside it GET /me, as long as the service's, from nowhere. */
import Fastify from 'fastify'
import { answerOf, answerSchema } from './answer.mjs'

const answer = answerOf({ id: 1000001, email: 'ada.lovelace@example.com', name: 'Ada Lovelace' }, 1704067200000, 1704067200000)

const app = Fastify()
app.get('/', { schema: { response: { 200: { type: 'object', properties: { hello: { type: 'string' } } } } } }, async () => ({ hello: 'world' }))
app.get('/me', { schema: { response: { 200: answerSchema } } }, async () => answer)
process.send({ url: await app.listen({ port: 0, host: '127.0.0.1' }) })
