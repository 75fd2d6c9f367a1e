/** Runs tap and reads what came of it: for `npm test` and for suites that bring servers of their own. */
import { spawn } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * tap's TypeScript loader keeps compiled code in the system's temporary folder, for all processes of all runs, without a lock.
 * A file that is read while another process writes it crashes Node (SIGILL); compiling anew takes no measurable time.
 */
const noSharedCache = { DISABLE_V8_COMPILE_CACHE: '1' }

/** TypeScript by a faster loader than tap's own, in every process of the run: test/loader/register.cjs. */
const fastLoader = { NODE_OPTIONS: `--require=${JSON.stringify(join(root, 'test', 'loader', 'register.cjs'))}` }

export const program = join(root, 'node_modules', 'tap', 'dist', 'esm', 'run.mjs')

export interface TapRun {
  /** tap's words and files. */
  args: string[]
  /** Variables for the tests, beside those of this process. */
  env: NodeJS.ProcessEnv
  /** Where what tap prints is kept; the counts are read from it. */
  report: string
}

export interface TapCounts { passed: number, failed: number, skipped: number, exitCode: number }

export async function runTap ({ args, env, report }: TapRun): Promise<TapCounts> {
  // Outside a terminal tap prints everything twice when it also writes a file, so there its output is copied instead.
  const terminal = process.stdout.isTTY
  const tap = spawn(process.execPath, [program, ...(terminal ? [`--output-file=${report}`] : []), ...args], {
    cwd: root, stdio: ['inherit', terminal ? 'inherit' : 'pipe', 'inherit'], env: { ...process.env, ...noSharedCache, ...fastLoader, ...env }
  })
  tap.stdout?.pipe(process.stdout, { end: false })
  // Ctrl-C reaches tap by itself; it ends, and then the servers are stopped by who started them.
  process.on('SIGINT', () => { /* stay until tap has ended */ })
  process.on('SIGTERM', () => tap.kill('SIGTERM'))
  const [[code]] = await Promise.all([once(tap, 'close'), tap.stdout && pipeline(tap.stdout, createWriteStream(report))])
  return countsOf(report, code ?? 1)
}

/** Numbers from tap's last summary; a run that failed without a failed assertion (coverage, crash) counts as one. */
function countsOf (report: string, exitCode: number): TapCounts {
  const last = readReport(report).match(/^# \{ (total: .*) \}$/gm)?.at(-1) ?? ''
  const count = (word: string): number => Number(new RegExp(`${word}: (\\d+)`).exec(last)?.[1] ?? 0)
  const failed = exitCode !== 0 && count('fail') === 0 ? 1 : count('fail')
  return { passed: count('pass'), failed, skipped: count('skip') + count('todo'), exitCode }
}

function readReport (report: string): string {
  try {
    return readFileSync(report, 'utf8')
  } catch {
    return ''
  }
}

/** The last line of a suite. */
export function closingLine ({ passed, failed, skipped }: Omit<TapCounts, 'exitCode'>): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
