/**
 * @fastify/jwt 10.2, HS256: the user is in the token, nothing is asked, nothing can be revoked. With CACHE=yes its cache of verified tokens, large enough for
 * all of them (its own default of 1,000 would miss each time when 2,000 take turns).
 */
import jwt from '@fastify/jwt'
import { answerOf, answerSchema } from '../servers/answer.mjs'
import { createApp, listen } from './fastify-server.mjs'
import { logInAll, userOf } from './logged-in.mjs'

const app = createApp()
app.register(jwt, { secret: 'a secret of thirty-two characters', sign: { expiresIn: '1h' }, verify: { cache: process.env.CACHE === 'yes' ? 10_000 : false } })
app.post('/login', async ({ body }) => {
  const { id, ...user } = await userOf(body)
  return { token: app.jwt.sign({ sub: String(id), ...user }) }
})
app.post('/logout', async () => ({}))
app.get('/me', { schema: { response: { 200: answerSchema } }, onRequest: request => request.jwtVerify() }, async ({ user: { sub, email, name, iat } }) => (
  answerOf({ id: Number(sub), email, name }, 1000 * iat, 1000 * iat)
))
await logInAll(await listen(app), ['authorization', ({ token }) => `Bearer ${token}`])
