import type { Config, ServiceConfig } from '../config.ts'
import type { EmbeddedUrls } from './index.ts'
import { localKeyring } from './local-keyring.ts'

/** The configuration with the private servers and the local key where none of one's own are named. */
export function completedConfig (config: Config, { redisUrl = '', databaseUrl = '' }: EmbeddedUrls): ServiceConfig {
  const { REDIS_URL = redisUrl, DATABASE_URL = databaseUrl, SESSION_KEYS = localKeyring(config.DATA_DIR) } = config
  return { ...config, REDIS_URL, DATABASE_URL, SESSION_KEYS }
}
