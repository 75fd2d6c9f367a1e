// A service of yours, with Fastify: who is logged in at the session service is logged in here.
//   SESSIONS_URL=http://127.0.0.1:3000 SESSIONS_KEY=ssk_… node examples/consumers/fastify.mjs
import Fastify from 'fastify'
import sessions from '../../packages/client/dist/fastify.js'

const app = Fastify()
await app.register(sessions, { url: process.env.SESSIONS_URL, key: process.env.SESSIONS_KEY })

app.get('/public', async () => ({ hello: 'anybody' }))
app.get('/orders', { preHandler: app.requireSession() }, async ({ session }) => ({ ordersOf: session.sub }))
app.get('/cart', { preHandler: app.requireSession({ anonymous: true }) }, async ({ session }) => ({ isLoggedIn: session.anonymous !== true }))
app.get('/stock', { preHandler: app.requireSession({ role: 'admin' }) }, async ({ session }) => ({ shownTo: session.name }))
app.get('/payment', { preHandler: app.requireSession({ fresh: 300 }) }, async ({ session }) => ({ provenAt: session.auth_time }))

console.log(await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 4000) }))
