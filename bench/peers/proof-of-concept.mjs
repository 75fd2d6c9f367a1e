/**
 * The design that this service began as, written anew: Express 5.3, ioredis 6.0, a hash `session:<uuid>` with the user agent in it, no index (its lists
 * run KEYS over everybody's sessions). A validation is three awaits one after the other: HGETALL, HSET of the last access, EXPIRE.
 */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { answerOf } from '../servers/answer.mjs'
import { createApp, listen } from './express-server.mjs'
import { logInAll, userOf } from './logged-in.mjs'

const TTL_SECONDS = 3600
const redis = new Redis(process.env.REDIS_URL)

async function createSession (user, request) {
  const sessionId = randomUUID()
  const now = Date.now()
  await redis.hset(`session:${sessionId}`, {
    ...user, createdAt: now, lastAccessedAt: now, ipAddress: request.ip, userAgent: request.headers['user-agent'] ?? 'unknown'
  })
  await redis.expire(`session:${sessionId}`, TTL_SECONDS)
  return sessionId
}

async function getSession (sessionId) {
  const key = `session:${sessionId}`
  const session = await redis.hgetall(key)
  if (Object.keys(session).length === 0) return null
  await redis.hset(key, 'lastAccessedAt', Date.now())
  await redis.expire(key, TTL_SECONDS)
  return session
}

const app = createApp()
app.post('/login', async (request, response) => {
  response.json({ sessionId: await createSession(await userOf(request.body), request) })
})
app.post('/logout', async (request, response) => {
  await redis.del(`session:${request.headers['x-session-id']}`)
  response.json({})
})
app.get('/me', async (request, response) => {
  const session = await getSession(request.headers['x-session-id'])
  if (session === null) return response.status(401).json({ error: 'Invalid or expired session' })
  response.json(answerOf({ ...session, id: Number(session.id) }, Number(session.createdAt), Number(session.lastAccessedAt)))
})
await logInAll(await listen(app), ['x-session-id', ({ sessionId }) => sessionId])
