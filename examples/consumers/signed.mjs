// As fastify.mjs, without a secret in common: this service signs an assertion for each question, and the session service has its public key alone.
//   SESSIONS_URL=http://127.0.0.1:3000 SESSIONS_ISSUER=http://127.0.0.1:3000 SESSIONS_KEY_ID=0a1b… SESSIONS_PRIVATE_KEY=shop.pem node examples/consumers/signed.mjs
import { createPrivateKey, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import { SignJWT } from 'jose'
import sessions from '../../packages/client/dist/fastify.js'

const app = Fastify()
const privateKey = createPrivateKey(readFileSync(process.env.SESSIONS_PRIVATE_KEY))
const assertion = () => new SignJWT({ iss: 'shop', sub: 'shop', aud: process.env.SESSIONS_ISSUER, jti: randomUUID() })
  .setProtectedHeader({ alg: 'EdDSA', kid: process.env.SESSIONS_KEY_ID })
  .setIssuedAt()
  .setExpirationTime('60s')
  .sign(privateKey)
await app.register(sessions, { url: process.env.SESSIONS_URL, assertion })

app.get('/public', async () => ({ hello: 'anybody' }))
app.get('/orders', { preHandler: app.requireSession() }, async ({ session }) => ({ ordersOf: session.sub }))
app.get('/stock', { preHandler: app.requireSession({ role: 'admin' }) }, async ({ session }) => ({ shownTo: session.name }))
app.get('/payment', { preHandler: app.requireSession({ fresh: 300 }) }, async ({ session }) => ({ provenAt: session.auth_time }))

console.log(await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 4004) }))
