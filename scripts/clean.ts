/** `npm run clean`: removes the data of the private Redis and PostgreSQL and the local key. Not while a service runs on them. */
import { env } from 'node:process'
import { loadConfig } from '../src/config.ts'
import { removeEmbedded } from '../src/embedded/remove.ts'

const tell = (_details: object, message: string): void => console.log(message)

try {
  const { DATA_DIR } = loadConfig(env)
  await removeEmbedded(DATA_DIR, { info: tell, error: tell })
  console.log(`removed the data of the private parts in ${DATA_DIR}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
