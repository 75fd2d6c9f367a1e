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
      onRefused: err => app.log.warn({ err }, 'the near-cache is off, every validation asks Redis: its user needs +publish, +subscribe and the channels that docs/operating.md names, or set NEAR_CACHE_MS=0')
    })
    return changes
  })
  app.addHook('onClose', async () => changes?.close())
}, { name: 'changes', dependencies: ['redis'] })
