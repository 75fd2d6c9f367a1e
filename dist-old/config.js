export { ConfigError, loadConfig } from "./config/load.js";
export { configTable, showConfig } from "./config/show.js";
export { lifetimesOf } from "./config/lifetimes.js";
export { channelLimitsOf } from "./config/channels.js";
export { limitsOf } from "./config/limits.js";
export { allowedOrigins } from "./config/origins.js";
export { trustedProxies } from "./config/trust-proxy.js";
//# sourceMappingURL=config.js.map