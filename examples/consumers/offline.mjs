// Without asking about each request: tokens of POST /session/token are verified by their signature. A session that ends does not end its tokens.
//   SESSIONS_URL=http://127.0.0.1:3000 SESSIONS_ISSUER=… SESSIONS_AUDIENCE=shop node examples/consumers/offline.mjs
// It does in revocable.mjs, which listens to what has ended.
import Fastify from 'fastify'
import sessions from '../../packages/client/dist/fastify.js'
import { createTokenVerifier } from '../../packages/client/dist/tokens.js'

const app = Fastify()
await app.register(sessions, {
  verifier: createTokenVerifier({ url: process.env.SESSIONS_URL, issuer: process.env.SESSIONS_ISSUER, audience: process.env.SESSIONS_AUDIENCE })
})

app.get('/public', async () => ({ hello: 'anybody' }))
app.get('/orders', { preHandler: app.requireSession() }, async ({ session }) => ({ ordersOf: session.sub }))
app.get('/stock', { preHandler: app.requireSession({ role: 'admin' }) }, async ({ session }) => ({ shownTo: session.name }))
app.get('/payment', { preHandler: app.requireSession({ fresh: 300 }) }, async ({ session }) => ({ provenAt: session.auth_time }))

console.log(await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 4002) }))
