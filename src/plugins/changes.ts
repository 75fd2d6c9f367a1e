import fp from 'fastify-plugin'
import type { ServiceConfig } from '../config.ts'
import { watchChanges, type RedisChangeFeed } from '../store/change-feed.ts'
import { createKeys } from '../store/keys.ts'
import { createSubscriber } from '../store/subscriber.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** News of what changes sessions, from all instances: one connection of its own, made when it is first asked for. */
    changes: () => RedisChangeFeed
  }
}

export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  let changes: RedisChangeFeed | undefined
  app.decorate('changes', () => {
    changes ??= watchChanges({
      client: app.redis,
      keys: createKeys(config.KEY_PREFIX),
      subscriber: createSubscriber(app.redis),
      onRefused: err => app.log.warn({ err }, 'no news of changes comes: validations ask Redis each time as if NEAR_CACHE_MS were 0, a log-out of everybody elsewhere is known a quarter of a second later, and the feed of revocations is behind. The user of Redis needs +publish, +subscribe and the channels that docs/operating.md names')
    })
    return changes
  })
  app.addHook('onClose', async () => changes?.close())
}, { name: 'changes', dependencies: ['redis'] })
