/**
 * @fastify/session 11.1 with @fastify/cookie 11.1 and connect-redis 9.0 on node-redis 5.9. `saveUninitialized` is off; `rolling` is as by default:
 * each answer prolongs the session and sets the cookie again. GET, and SET at the end of each answer.
 */
import cookie from '@fastify/cookie'
import session from '@fastify/session'
import { RedisStore } from 'connect-redis'
import { createClient } from 'redis'
import { createApp, listenWithSessions } from './fastify-server.mjs'
import { cookies, logInAll } from './logged-in.mjs'

const app = createApp()
app.register(cookie)
app.register(session, {
  secret: 'a secret of thirty-two characters',
  saveUninitialized: false,
  cookie: { secure: false, maxAge: 3_600_000 },
  store: new RedisStore({ client: await createClient({ url: process.env.REDIS_URL }).connect() })
})
await logInAll(await listenWithSessions(app, {
  write: (session, name, value) => session.set(name, value),
  read: (session, name) => session.get(name)
}), cookies)
