import type { FastifyInstance } from 'fastify'
import type { ServiceConfig } from '../config.ts'
import { createNearCache } from '../near-cache/near-cache.ts'
import type { SessionStore } from '../sessions/store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** How many verdicts are remembered, whether they are repeated at the moment, and for how long at most; null if none ever is. */
    nearCache: { size: () => number, isProven: () => boolean, lifeMs: number } | null
  }
}

/** The store behind the near-cache, unless NEAR_CACHE_MS is 0: then the store itself. */
export function nearCached (app: FastifyInstance, store: SessionStore, config: ServiceConfig): SessionStore {
  app.decorate('nearCache', null)
  if (config.NEAR_CACHE_MS === 0) return store
  const changes = app.changes()
  const nearCache = createNearCache({ store, changes, lifeMs: config.NEAR_CACHE_MS, entries: config.NEAR_CACHE_ENTRIES, bytes: config.NEAR_CACHE_BYTES })
  app.everybody.listen(nearCache.clear)
  app.nearCache = { size: nearCache.size, isProven: () => changes.isProven(), lifeMs: config.NEAR_CACHE_MS }
  return nearCache.store
}
