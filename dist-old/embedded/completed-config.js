import { localKeyring } from "./local-keyring.js";
/** The configuration with the private servers and the local key where none of one's own are named. */
export function completedConfig(config, { redisUrl = '', databaseUrl = '' }) {
    const { REDIS_URL = redisUrl, DATABASE_URL = databaseUrl, SESSION_KEYS = localKeyring(config.DATA_DIR) } = config;
    return { ...config, REDIS_URL, DATABASE_URL, SESSION_KEYS };
}
//# sourceMappingURL=completed-config.js.map