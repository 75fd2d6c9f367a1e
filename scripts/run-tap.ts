/**
 * `npm test [-- files]`: one Redis and one PostgreSQL for all test files, then tap, then one closing line.
 * The servers keep nothing and lie in a temporary folder; each test makes its own namespace or database in them.
 */
import { spawn } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { startEmbedded } from '../src/embedded/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const dataDir = mkdtempSync(join(tmpdir(), 'sessions-test-data-'))
const report = join(dataDir, 'result.tap')

/** Numbers from tap's last summary; a run that failed without a failed assertion (coverage, crash) counts as one. */
function closingLine (exitCode: number): string {
  const summary = /^# \{ (total: .*) \}$/gm
  const last = readReport().match(summary)?.at(-1) ?? ''
  const count = (word: string): number => Number(new RegExp(`${word}: (\\d+)`).exec(last)?.[1] ?? 0)
  const failed = exitCode !== 0 && count('fail') === 0 ? 1 : count('fail')
  const skipped = count('skip') + count('todo')
  return `${count('pass')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

function readReport (): string {
  try {
    return readFileSync(report, 'utf8')
  } catch {
    return ''
  }
}

async function runTap (servers: NodeJS.ProcessEnv): Promise<number> {
  const program = join(root, 'node_modules', 'tap', 'dist', 'esm', 'run.mjs')
  const given = process.argv.slice(2)
  // A few files cannot cover everything; the gate is for the whole run.
  const gate = given.some((word) => word.endsWith('.test.ts')) ? ['--allow-incomplete-coverage', '--allow-empty-coverage'] : []
  // Outside a terminal tap prints everything twice when it also writes a file, so there its output is copied instead.
  const terminal = process.stdout.isTTY
  const args = [program, ...(terminal ? [`--output-file=${report}`] : []), ...gate, ...given]
  const tap = spawn(process.execPath, args, {
    cwd: root, stdio: ['inherit', terminal ? 'inherit' : 'pipe', 'inherit'], env: { ...process.env, ...servers }
  })
  tap.stdout?.pipe(process.stdout, { end: false })
  // Ctrl-C reaches tap by itself; it ends, and then the servers are stopped here.
  process.on('SIGINT', () => { /* stay until tap has ended */ })
  process.on('SIGTERM', () => tap.kill('SIGTERM'))
  const [[code]] = await Promise.all([once(tap, 'close'), tap.stdout && pipeline(tap.stdout, createWriteStream(report))])
  return code ?? 1
}

const log = {
  info: (_details: object, message: string) => console.error(message),
  error: (details: object, message: string) => console.error(message, details)
}
const servers = await startEmbedded({ dataDir, redis: true, postgres: true, durable: false, log })
const exitCode = await runTap({
  TEST_REDIS_URL: servers.redisUrl,
  // The superuser, because tests make databases of their own.
  TEST_DATABASE_URL: servers.databaseUrl?.replace('//sessions@', '//postgres@')
})
await servers.stop()
console.log(closingLine(exitCode))
rmSync(dataDir, { recursive: true, force: true })
process.exitCode = exitCode
