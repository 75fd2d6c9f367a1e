import fp from 'fastify-plugin'
import type { ServiceConfig } from '../config.ts'
import { createRevocationFeed, type RevocationFeed } from '../revocations/feed.ts'
import { createCall } from '../store/call.ts'
import { createKeys } from '../store/keys.ts'
import { startMover } from '../store/revocations/mover.ts'
import { createOutboxes } from '../store/revocations/outboxes.ts'
import { createRevocationStream } from '../store/revocations/stream.ts'

declare module 'fastify' {
  interface FastifyInstance {
    revocations: RevocationFeed
  }
}

/** What other services are told of ends. It costs nothing until one of them asks. */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  const [client, keys] = [app.redis, createKeys(config.KEY_PREFIX)]
  const { call } = createCall({ isAvailable: app.redisLink.isAvailable, timeoutMs: config.REDIS_TIMEOUT_MS })
  const [outboxes, stream] = [createOutboxes(client, keys, call), createRevocationStream({ client, keys }, call)]
  const feed = createRevocationFeed({
    log: stream,
    activate (onNews) {
      const changes = app.changes()
      changes.onRevocations(onNews)
      return startMover({ outboxes, stream, changes, onError: err => app.log.warn({ err }, 'the feed of revocations is behind') }).stop
    }
  })
  app.decorate('revocations', feed)
  // Who reads would hold up the stop.
  app.addHook('preClose', () => feed.close())
}, { name: 'revocations', dependencies: ['redis', 'changes'] })
