/** The configuration's door: one schema, one loader, one printed form. */
export { ConfigSchema, type Config, type ServiceConfig } from './config/schema.ts'
export { ConfigError, isPrivate, loadConfig, type ConfigFault } from './config/load.ts'
export { configTable, showConfig } from './config/show.ts'
export { trustedProxies } from './config/trust-proxy.ts'
