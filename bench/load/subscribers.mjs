/** Many who read the feed of revocations as server-sent events. Asked, it says how many revocations each has been told, and whether all were told the same. */
import { createHash } from 'node:crypto'
import { request } from 'node:http'

const { SESSIONS_URL, SESSIONS_KEY, SUBSCRIBERS } = process.env
const subscribers = []

for (let i = 0; i < Number(SUBSCRIBERS); i++) subscribers.push(await subscribe())
process.send({ url: SESSIONS_URL })

process.on('message', ({ read }) => {
  if (read !== true) return
  const digests = new Set(subscribers.map(({ hash }) => hash.copy().digest('hex')))
  process.send({ counts: [...new Set(subscribers.map(({ count }) => count))], same: digests.size === 1, closed: subscribers.filter(({ closed }) => closed).length })
})

function subscribe () {
  const subscriber = { count: 0, hash: createHash('sha1'), closed: false }
  return new Promise((resolve, reject) => {
    const asking = request(`${SESSIONS_URL}/v1/revocations`, { agent: false, headers: { accept: 'text/event-stream', authorization: `Bearer ${SESSIONS_KEY}` } }, response => {
      if (response.statusCode !== 200) return reject(new Error(`the feed answered ${response.statusCode}`))
      let rest = ''
      response.setEncoding('latin1').on('data', chunk => {
        const end = (rest + chunk).lastIndexOf('}')
        const [whole, next] = [(rest + chunk).slice(0, end + 1), (rest + chunk).slice(end + 1)]
        rest = next
        for (const [, sid] of whole.matchAll(/"sid":"([^"]+)"/g)) {
          subscriber.count++
          subscriber.hash.update(sid)
        }
      }).on('close', () => { subscriber.closed = true })
      resolve(subscriber)
    })
    asking.on('error', reject).end()
  })
}
