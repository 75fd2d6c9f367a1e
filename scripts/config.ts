/** `npm run config`: the effective configuration, secrets masked; or every fault of it. */
import { ConfigError, loadConfig, showConfig } from '../src/config.ts'

try {
  console.log(showConfig(loadConfig(process.env)))
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
