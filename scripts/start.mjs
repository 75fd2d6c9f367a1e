/** `npm start`: builds what is stale, then becomes the service: same process, so signals and exit codes are its own. */
import { build } from './build.mjs'

try {
  build()
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
await import('../dist/server.js')
