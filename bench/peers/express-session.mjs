/**
 * express-session 1.19 on Express 5.3. With STORE=memory its MemoryStore: in the process, so a user has to come back to the same one (sticky), and
 * lost when it restarts. Otherwise connect-redis 9.0 on node-redis 5.9: GET, and EXPIRE at the end of each answer. `resave` and
 * `saveUninitialized` are off, as its documentation recommends; the cookie lasts an hour.
 */
import session from 'express-session'
import { RedisStore } from 'connect-redis'
import { createClient } from 'redis'
import { answerOf } from '../servers/answer.mjs'
import { createApp, listen } from './express-server.mjs'
import { cookies, logInAll, userOf } from './logged-in.mjs'

const app = createApp()
app.use(session({
  secret: 'a secret of thirty-two characters',
  resave: false,
  saveUninitialized: false,
  cookie: { maxAge: 3_600_000 },
  ...process.env.STORE !== 'memory' && { store: new RedisStore({ client: await createClient({ url: process.env.REDIS_URL }).connect() }) }
}))
app.post('/login', async (request, response) => {
  Object.assign(request.session, { user: await userOf(request.body), createdAtMs: Date.now() })
  response.json({})
})
app.post('/logout', (request, response, next) => request.session.destroy(error => error ? next(error) : response.json({})))
app.get('/me', ({ session: { user, createdAtMs } }, response) => {
  if (user === undefined) return response.status(401).json({ error: 'Invalid or expired session' })
  response.json(answerOf(user, createdAtMs, Date.now()))
})
await logInAll(await listen(app), cookies)
