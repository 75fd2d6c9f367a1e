/**
 * better-auth 1.7 on fastify 5.12, users in its memory adapter, sessions in Redis as its secondary storage (ioredis 6.0), without its cookie cache (which, as a
 * JWT, cannot be revoked while it lasts). Users sign up and in by its own API. A validation is
 * `auth.api.getSession`, two GETs.
 */
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { Redis } from 'ioredis'
import { answerOf, answerSchema } from '../servers/answer.mjs'
import { createApp, listen } from './fastify-server.mjs'
import { cookies, isPassword, logInAll, passwordHash } from './logged-in.mjs'

const redis = new Redis(process.env.REDIS_URL)
const auth = betterAuth({
  baseURL: 'http://127.0.0.1',
  secret: 'a secret of thirty-two characters that is not used elsewhere',
  telemetry: { enabled: false },
  database: memoryAdapter({ user: [], account: [], session: [], verification: [] }),
  advanced: { database: { generateId: 'serial' }, useSecureCookies: false },
  emailAndPassword: {
    enabled: true,
    password: { hash: async () => passwordHash, verify: ({ password }) => isPassword(password) }
  },
  secondaryStorage: {
    get: key => redis.get(key),
    set: (key, value, ttl) => ttl ? redis.set(key, value, 'EX', ttl) : redis.set(key, value),
    delete: key => redis.del(key)
  }
})

const headersOf = request => new Headers({ cookie: request.headers.cookie ?? '' })

const app = createApp()
app.post('/login', async ({ body: { email, name, password } }, reply) => {
  const { headers, status } = password === undefined
    ? await auth.api.signUpEmail({ body: { email, name, password: 'another one' }, asResponse: true })
    : await auth.api.signInEmail({ body: { email, password }, asResponse: true })
  return reply.code(status).header('set-cookie', headers.getSetCookie()).send({})
})
app.post('/logout', async request => auth.api.signOut({ headers: headersOf(request) }))
app.get('/me', { schema: { response: { 200: answerSchema } } }, async (request, reply) => {
  const found = await auth.api.getSession({ headers: headersOf(request) })
  if (found === null) return reply.code(401).send({ error: 'Invalid or expired session' })
  const { user, session } = found
  return answerOf({ id: Number(user.id), email: user.email, name: user.name }, session.createdAt.getTime(), session.updatedAt.getTime())
})
await logInAll(await listen(app), cookies)
