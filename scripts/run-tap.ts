/**
 * `npm test [-- files]`: one Redis and one PostgreSQL for all test files, then tap, then one closing line.
 * The servers keep nothing and lie in a temporary folder; each test makes its own namespace or database in them.
 */
import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../src/embedded/index.ts'
import { closingLine, program, root, runTap } from './tap.ts'
import { filesOf, testGroups } from './test-groups.ts'

const given = process.argv.slice(2)
// A few files cannot cover everything: the gate is for the whole run, and what it costs too.
const isWhole = !given.some((word) => word.endsWith('.test.ts'))
const added = isWhole ? testGroups(root, 'whole', filesOf(root, program)) : ['--disable-coverage']
const log = {
  info: (_details: object, message: string) => console.error(message),
  error: (details: object, message: string) => console.error(message, details)
}
const folder = mkdtempSync(join(quickestFolder(), 'sessions-test-'))
chmodSync(folder, 0o711) // Some tests run as other accounts in folders of theirs.
const dataDir = join(folder, 'data')
const servers = await startEmbedded({ dataDir, redis: true, postgres: true, durable: false, log })
const counts = await runTap({
  args: [...given, ...added],
  env: {
    TMPDIR: folder,
    TEST_REDIS_URL: servers.redisUrl,
    // The superuser, because tests make databases of their own.
    TEST_DATABASE_URL: servers.databaseUrl?.replace('//sessions@', '//postgres@')
  },
  report: join(folder, 'result.tap')
})
await servers.stop()
console.log(closingLine(counts))
rmSync(folder, { recursive: true, force: true })
process.exitCode = counts.exitCode

/** In memory where there is room: making a database, which most tests do, takes a tenth of the time there. */
function quickestFolder (): string {
  const [memory, room] = ['/dev/shm', 2 ** 31]
  try {
    const { bavail, bsize } = statfsSync(memory)
    return bavail * bsize >= room ? memory : tmpdir()
  } catch {
    return tmpdir()
  }
}
