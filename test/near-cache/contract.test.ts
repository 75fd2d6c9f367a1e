import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createNearCache, type ChangeFeed } from '../../src/near-cache/near-cache.ts'
import type { SessionStore } from '../../src/sessions/store.ts'
import { watchChanges } from '../../src/store/change-feed.ts'
import { createSubscriber } from '../../src/store/subscriber.ts'
import { storeContract } from '../store/contract.ts'
import { openStore, type StoreOptions } from '../store/fixture.ts'

const limits = { entries: 1000, bytes: 10_000_000 }

/** A store on real Redis behind a near-cache that hears of changes. */
async function hearing (t: Test, options: StoreOptions = {}) {
  const { store, client, keys, config } = await openStore(t, options)
  const changes = watchChanges({ client, subscriber: createSubscriber(client), keys })
  t.teardown(() => changes.close())
  const cached = createNearCache({ ...limits, store, changes, lifeMs: 1000 })
  while (!changes.isProven()) await sleep(5)
  return { store: cached.store, config }
}

await storeContract(t, 'the store behind a near-cache keeps the contract', async (t, options) => {
  const { store, config } = await hearing(t, options)
  return { store, another: async changes => (await hearing(t, { ...options, ...changes, prefix: config.KEY_PREFIX })).store }
})

/** A link that looks healthy and drops every message: nothing but their life ends verdicts that another instance has changed. */
const deaf: ChangeFeed = { listen () {}, isProven: () => true }

await storeContract(t, 'the store behind a near-cache whose messages are all lost keeps it too', async (t, options) => {
  const repeating = (store: SessionStore): SessionStore => createNearCache({ ...limits, store, changes: deaf, lifeMs: 1000 }).store
  const { store, config } = await openStore(t, options)
  return { store: repeating(store), another: async changes => repeating((await openStore(t, { ...options, ...changes, prefix: config.KEY_PREFIX })).store) }
})
