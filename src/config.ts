/** The configuration's door: one schema, one loader, one printed form. */
export type { Config, ServiceConfig } from './config/schema.ts'
export { ConfigError, loadConfig } from './config/load.ts'
export { configTable, showConfig } from './config/show.ts'
export { lifetimesOf, type LifetimeSettings } from './config/lifetimes.ts'
export { channelLimitsOf } from './config/channels.ts'
export { limitsOf } from './config/limits.ts'
export { allowedOrigins } from './config/origins.ts'
export { trustedProxies } from './config/trust-proxy.ts'
