import type { Config, ServiceConfig } from '../src/config.ts'
import { completedConfig } from '../src/embedded/completed-config.ts'
import { findEmbedded, startEmbedded, type EmbeddedUrls } from '../src/embedded/index.ts'

export interface Servers {
  config: ServiceConfig
  /** Stops what was started for this command; a service that runs is left alone. */
  stop (): Promise<void>
}

/** Where the service keeps its data: what is configured, else the private servers of DATA_DIR, which are started if no service runs on it. */
export async function reachServers (config: Config): Promise<Servers> {
  const { stop, ...urls } = await privateServers(config)
  return { config: completedConfig(config, urls), stop }
}

async function privateServers (config: Config): Promise<EmbeddedUrls & Pick<Servers, 'stop'>> {
  const redis = config.REDIS_URL === undefined
  const postgres = config.DATABASE_URL === undefined
  const running = redis || postgres ? findEmbedded(config.DATA_DIR) : {}
  if (running !== null) return { ...running, stop: async () => {} }
  const log = { info () {}, error: (_details: object, message: string) => console.error(message) }
  return startEmbedded({ dataDir: config.DATA_DIR, redis, postgres, installRedis: config.INSTALL_REDIS, log })
}
