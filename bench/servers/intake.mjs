/** The service's near-cache on the service's feed of changes and nothing else. Says how many changes it was told of since it was asked last, and how often it doubted that it is. */
import { createNearCache } from '../../dist/near-cache/near-cache.js'
import { watchChanges } from '../../dist/store/change-feed.js'
import { createClient, waitUntilReady } from '../../dist/store/connect.js'
import { createKeys } from '../../dist/store/keys.js'

const client = createClient(process.env.REDIS_URL)
await waitUntilReady(client)
const changes = watchChanges({ client, subscriber: createClient(process.env.REDIS_URL), keys: createKeys('') })
let [told, doubts] = [0, 0]
createNearCache({
  store: {},
  changes: {
    ...changes,
    listen: onChange => changes.listen((...news) => {
      if (news[0] === null) doubts++
      else told++
      onChange(...news)
    })
  },
  lifeMs: 1000,
  entries: 50_000,
  bytes: 33_554_432
})

process.on('message', question => {
  if (question.observe) return
  process.send({ told, doubts, isProven: changes.isProven() })
  if (question.reset) [told, doubts] = [0, 0]
})
process.on('disconnect', () => process.exit())
process.send({ url: 'ready' })
