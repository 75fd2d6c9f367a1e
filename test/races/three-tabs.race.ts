import { setTimeout as sleep } from 'node:timers/promises'
import type { Race } from './race.ts'

/*
 * An honest client: three tabs that share one store for the credential, as the pages of a browser share its cookies. Replies come late or never, and for
 * a while the whole machine sleeps. Every moment is shortened alike: a credential is replaced after one second instead of 15
 * minutes, the grace is two seconds instead of 30, so that the next rotation falls due within it, and the sleep is longer than both. Now and then a tab rotates by itself.
 */
const TABS = 3
const AWAKE_MS = 1300
const SLEEP_MS = 2500
const LONGEST_PAUSE_MS = 300
const LONGEST_DELAY_MS = 200

export default {
  name: 'three tabs ∥ rotation by policy',
  settings: { ROTATION_INTERVAL_SECONDS: '1', ROTATION_GRACE_SECONDS: '2' },
  orders: ['with lost replies', 'none lost'],
  lanes: 125,
  async round ({ one, two, chance }, number) {
    const profile = { email: 'alice@example.com', name: 'Alice', roles: [] }
    const { session, credential } = await one.sessions.open({ userId: String(number), profile, ipAddress: '203.0.113.7', userAgent: 'tabs/1.0', rotates: true })
    const lossRate = chance.random() < 0.2 ? 0 : 0.3 * chance.random()
    const faults: string[] = []
    let [stored, lost] = [credential, 0]

    /** One request of a tab; what the client learns of the answer, it learns late. */
    async function ask (): Promise<void> {
      const app = chance.random() < 0.5 ? one : two
      const rotates = chance.random() < 0.1
      const response = await app.inject({ ...(rotates ? { method: 'POST', url: '/session/rotate' } : { url: '/me' }), headers: { 'x-session-id': stored } })
      const { statusCode, headers } = response
      if (statusCode !== 200) faults.push(`an honest client got ${statusCode}`)
      if (chance.random() < lossRate) {
        lost++
        return
      }
      await sleep(chance.random() * LONGEST_DELAY_MS)
      if (rotates && statusCode === 200) stored = response.json<{ sessionId: string }>().sessionId
      else if (typeof headers['x-session-id'] === 'string') stored = headers['x-session-id']
    }

    async function tab (): Promise<void> {
      const until = performance.now() + AWAKE_MS
      while (performance.now() < until && faults.length === 0) {
        await ask()
        await sleep(chance.random() * LONGEST_PAUSE_MS)
      }
    }
    const tabs = () => Promise.all(Array.from({ length: TABS }, tab))

    await tabs()
    await sleep(SLEEP_MS)
    await tabs()
    if (stored === credential) faults.push('the credential was never replaced')
    await one.sessions.end(session)
    return { order: lost > 0 ? 'with lost replies' : 'none lost', faults }
  }
} satisfies Race
