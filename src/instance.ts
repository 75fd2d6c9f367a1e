import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import { completedConfig } from './embedded/completed-config.ts'
import { startEmbedded, type EmbeddedUrls } from './embedded/index.ts'
import type { EmbeddedLog } from './embedded/log.ts'
import type { LogStream } from './plugins/logger.ts'
import { urlOf } from './banner.ts'
import { listenFailure } from './listen-failure.ts'

/** When no request has come for this long, clients have moved to another instance. */
const QUIET_MS = 300

/** Draining ends at the latest after this time: a load balancer that asks /readyz every two seconds has noticed twice. */
const LONGEST_DRAIN_MS = 5000

/** Connections that may wait to be accepted, as far as the system allows (net.core.somaxconn): of more that come at once, the system lets each wait for seconds. */
const BACKLOG = 4096

/** The service, listening, with the private servers that it needs. */
export interface Instance {
  url: string
  /** Says no to /readyz, lets clients go, finishes what runs, then closes everything that was opened. */
  stop (): Promise<void>
}

export interface Output {
  /** Gets the log lines of the service. */
  logStream: LogStream
  /** Tells a person something as long as there is no log. */
  tell (sentence: string): void
}

/**
 * Starts what is not configured, then the service on it. Throws an Error whose message a person can act on; nothing is left running then.
 */
export async function startInstance (config: Config, { logStream, tell }: Output): Promise<Instance> {
  const asText = (_details: object, message: string): void => tell(message)
  let log: EmbeddedLog = { info: asText, error: asText }
  // Loaded while the servers start: each takes about as long as the other.
  const loading = import('./app.ts')
  const parts = await startParts(config, { info: (...line) => log.info(...line), error: (...line) => log.error(...line) })
  try {
    const { buildApp } = await loading
    const app = await buildApp(completedConfig(config, parts), { logStream })
    log = app.log
    const url = await listen(app, config)
    return {
      url,
      async stop () {
        await drain(app, config.SHUTDOWN_SECONDS)
        await app.close()
        await parts.stop()
      }
    }
  } catch (error) {
    await parts.stop()
    throw error
  }
}

type Parts = EmbeddedUrls & { stop (): Promise<void> }

async function startParts (config: Config, log: EmbeddedLog): Promise<Parts> {
  const [redis, postgres] = [config.REDIS_URL === undefined, config.DATABASE_URL === undefined]
  if (!redis && !postgres) return { stop: async () => {} }
  return startEmbedded({ dataDir: config.DATA_DIR, redis, postgres, installRedis: config.INSTALL_REDIS, log })
}

async function listen (app: FastifyInstance, { HOST, PORT }: Config): Promise<string> {
  try {
    await app.listen({ host: HOST, port: PORT, backlog: BACKLOG })
  } catch (error) {
    await app.close()
    throw listenFailure(error, { variable: 'PORT', host: HOST, port: PORT })
  }
  return urlOf(app.server.address())
}

/**
 * Lets clients move away before the service stops listening: a connection that arrives in that very moment is reset, which
 * looks like a failure, while one that comes later is refused, which every load balancer takes to another instance.
 * What still runs then gets the other half of the time.
 */
async function drain (app: FastifyInstance, shutdownSeconds: number): Promise<void> {
  app.draining.start()
  const deadline = Date.now() + Math.min(LONGEST_DRAIN_MS, shutdownSeconds * 500)
  while (Date.now() < deadline && app.draining.quietMs() < QUIET_MS) await sleep(20)
}
