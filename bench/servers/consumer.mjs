/** A service of somebody else: one route that anybody may ask, and the same one for who is logged in. */
import Fastify from 'fastify'
import sessions from '../../packages/client/dist/fastify.js'

const { SESSIONS_URL: url, SESSIONS_KEY: key, REVOCATIONS } = process.env

const app = Fastify()
await app.register(sessions, { url, key, revocations: REVOCATIONS !== 'no' })
const schema = { response: { 200: { type: 'object', properties: { ordersOf: { type: 'string' } } } } }
app.get('/open', { schema }, async () => ({ ordersOf: '1' }))
app.get('/orders', { schema, preHandler: app.requireSession() }, async ({ session }) => ({ ordersOf: session.sub }))
process.send({ url: await app.listen({ port: 0, host: '127.0.0.1' }) })
