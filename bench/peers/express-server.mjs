/** What the peers on Express share: express 5.3. */
import express from 'express'
import { once } from 'node:events'

/** An application that reads JSON. */
export function createApp () {
  const app = express()
  app.disable('x-powered-by')
  app.use(express.json())
  return app
}

/** As Fastify has it. Node's own 5 s would reset connections on which a request is waiting, when the event loop has been busy with hashes for longer. */
const KEEP_ALIVE_MS = 72_000

/** Answers with the URL. */
export async function listen (app) {
  const server = app.listen(0, '127.0.0.1')
  server.keepAliveTimeout = KEEP_ALIVE_MS
  await once(server, 'listening')
  return `http://127.0.0.1:${server.address().port}`
}
