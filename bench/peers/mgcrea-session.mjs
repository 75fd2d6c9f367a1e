/**
 * @mgcrea/fastify-session 2.4 with @mgcrea/fastify-session-redis-store 1.0 on ioredis 6.0, signed by HMAC as by default. HGETALL, and HSET and EXPIRE
 * at the end of each answer.
 */
import cookie from '@fastify/cookie'
import session from '@mgcrea/fastify-session'
import { RedisStore } from '@mgcrea/fastify-session-redis-store'
import { Redis } from 'ioredis'
import { createApp, listenWithSessions } from './fastify-server.mjs'
import { cookies, logInAll } from './logged-in.mjs'

const TTL_SECONDS = 3600
const app = createApp()
app.register(cookie)
app.register(session, {
  secret: 'a secret of thirty-two characters',
  cookie: { secure: false, maxAge: TTL_SECONDS },
  store: new RedisStore({ client: new Redis(process.env.REDIS_URL), ttl: TTL_SECONDS })
})
await logInAll(await listenWithSessions(app, {
  write: (session, name, value) => session.set(name, value),
  read: (session, name) => session.get(name)
}), cookies)
