/** What the peers on Fastify share: fastify 5.12, the answer written by its schema as in the ruler. */
import Fastify from 'fastify'
import { answerOf, answerSchema } from '../servers/answer.mjs'
import { userOf } from './logged-in.mjs'

export const createApp = () => Fastify()

/** Adds the routes of a library that keeps `request.session`; answers with the URL. `write` and `read` get it with a name. */
export async function listenWithSessions (app, { write, read }) {
  app.post('/login', async request => {
    write(request.session, 'user', await userOf(request.body))
    write(request.session, 'createdAtMs', Date.now())
    return {}
  })
  app.post('/logout', async request => {
    await request.session.destroy()
    return {}
  })
  app.get('/me', { schema: { response: { 200: answerSchema } } }, async (request, reply) => {
    const user = read(request.session, 'user')
    if (user === undefined) return reply.code(401).send({ error: 'Invalid or expired session' })
    return answerOf(user, read(request.session, 'createdAtMs'), Date.now())
  })
  return listen(app)
}

export const listen = app => app.listen({ port: 0, host: '127.0.0.1' })
