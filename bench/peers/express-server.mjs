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

/** Answers with the URL. */
export async function listen (app) {
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${server.address().port}`
}
