/** The ruler: Fastify with one short answer, a response schema and nothing else. Beside it GET /me and POST /introspect, as long as the service's, from nowhere. */
import Fastify from 'fastify'
import { answerOf, answerSchema, introspection, introspectionSchema, tokenSchema } from './answer.mjs'

const answer = answerOf({ id: 1000001, email: 'ada.lovelace@example.com', name: 'Ada Lovelace' }, 1704067200000, 1704067200000)

const app = Fastify()
app.get('/', { schema: { response: { 200: { type: 'object', properties: { hello: { type: 'string' } } } } } }, async () => ({ hello: 'world' }))
app.get('/me', { schema: { response: { 200: answerSchema } } }, async () => answer)
app.post('/introspect', { schema: { body: tokenSchema, response: { 200: introspectionSchema } } }, async () => introspection)
process.send({ url: await app.listen({ port: 0, host: '127.0.0.1' }) })
