/** The floor under a validation: PING through the service's own client, one after the other. Answers with the median. */
import { createClient, waitUntilReady } from '../../dist/store/connect.js'

const client = createClient(process.env.REDIS_URL, 900)
await waitUntilReady(client)
process.on('message', async ({ milliseconds }) => {
  const times = []
  const end = performance.now() + milliseconds
  while (performance.now() < end) {
    const start = performance.now()
    await client.ping()
    times.push(performance.now() - start)
  }
  process.send({ p50Ms: times.sort((a, b) => a - b)[times.length >> 1] })
})
process.on('disconnect', () => process.exit())
process.send({ url: 'ready' })
