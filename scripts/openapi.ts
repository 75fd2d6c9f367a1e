/**
 * `npm run openapi`: writes openapi/openapi.json from the routes; `--check` fails when the committed file is stale.
 * The document comes from the running service, so private servers are started in a temporary folder and stopped again.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import { startEmbedded } from '../src/embedded/index.ts'

const file = fileURLToPath(new URL('../openapi/openapi.json', import.meta.url))
const log = {
  info: () => {},
  error: (details: object, message: string) => console.error(message, details)
}

/** The text of the document as the routes have it now. */
async function currentText (): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sessions-openapi-'))
  const servers = await startEmbedded({ dataDir, redis: true, postgres: true, durable: false, log })
  try {
    return await documentText(servers.redisUrl ?? '', servers.databaseUrl ?? '')
  } finally {
    await servers.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function documentText (REDIS_URL: string, DATABASE_URL: string): Promise<string> {
  const SESSION_KEYS = `document:${randomBytes(32).toString('base64url')}`
  const settings = { REDIS_URL, DATABASE_URL, SESSION_KEYS, DEMO_USERS: 'false', HASH_THREADS: '1', LOG_LEVEL: 'silent' }
  const app = await buildApp({ ...loadConfig(settings), REDIS_URL, DATABASE_URL, SESSION_KEYS })
  try {
    const served = await app.inject('/openapi.json')
    return `${JSON.stringify(served.json(), null, 2)}\n`
  } finally {
    await app.close()
  }
}

function committedText (): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const text = await currentText()
if (!process.argv.includes('--check')) {
  writeFileSync(file, text)
  console.log('openapi/openapi.json is written.')
} else if (committedText() === text) {
  console.log('openapi/openapi.json is up to date.')
} else {
  console.error('openapi/openapi.json is stale: run `npm run openapi` and commit the result.')
  process.exitCode = 1
}
