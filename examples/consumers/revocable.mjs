// Without asking about each request, and yet no longer than the session: tokens are verified by their signature, and the feed of revocations says which are worth nothing any more.
//   SESSIONS_URL=http://127.0.0.1:3000 SESSIONS_KEY=ssk_… SESSIONS_ISSUER=… SESSIONS_AUDIENCE=shop node examples/consumers/revocable.mjs
import Fastify from 'fastify'
import { createRevocations } from '../../packages/client/dist/index.js'
import sessions from '../../packages/client/dist/fastify.js'
import { createTokenVerifier } from '../../packages/client/dist/tokens.js'

const app = Fastify()
const revocations = createRevocations({ url: process.env.SESSIONS_URL, key: process.env.SESSIONS_KEY })
app.addHook('onClose', async () => revocations.close())
await app.register(sessions, {
  verifier: createTokenVerifier({ url: process.env.SESSIONS_URL, issuer: process.env.SESSIONS_ISSUER, audience: process.env.SESSIONS_AUDIENCE, revocations })
})

app.get('/public', async () => ({ hello: 'anybody' }))
app.get('/orders', { preHandler: app.requireSession() }, async ({ session }) => ({ ordersOf: session.sub }))
app.get('/stock', { preHandler: app.requireSession({ role: 'admin' }) }, async ({ session }) => ({ shownTo: session.name }))
app.get('/payment', { preHandler: app.requireSession({ fresh: 300 }) }, async ({ session }) => ({ provenAt: session.auth_time }))

console.log(await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 4003) }))
