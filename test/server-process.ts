import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { demo } from './harness.ts'

const program = fileURLToPath(new URL('../src/server.ts', import.meta.url))

/** The service as a process of its own. */
export interface ServerProcess {
  child: ChildProcess
  /** All that it has printed. */
  stdout (): string
  stderr (): string
  /** Resolves to its URL when the banner is out, or to null if it ends without. */
  url: Promise<string | null>
  exited: Promise<[code: number | null, signal: string | null]>
}

/** Runs src/server.ts on a free port with cheap hashes and nothing configured but `env`; stopped at the end of the test. */
export function runServer (t: Test, env: NodeJS.ProcessEnv): ServerProcess {
  const plain = Object.entries(process.env).filter(([name]) => /^(PATH|HOME|NODE|_?TAP|TS_)/.test(name))
  const child = spawn(process.execPath, [...process.execArgv, program], {
    env: { ...Object.fromEntries(plain), PORT: '0', BCRYPT_COST: '4', HASH_THREADS: '1', ...env }
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => { output.stdout += chunk })
  child.stderr.on('data', (chunk) => { output.stderr += chunk })
  const exited = once(child, 'close').then(([code, signal]): [number | null, string | null] => [code, signal])
  const banner = new Promise<string>((resolve) => {
    child.stdout.on('data', () => { if (output.stdout.includes('Ctrl-C')) resolve(/http:\S+/.exec(output.stdout)?.[0] ?? '') })
  })
  t.teardown(async () => {
    // Asked first: what is killed leaves its runtime folder to a next start, which does not come here.
    child.kill('SIGTERM')
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await exited
    clearTimeout(patience)
  })
  return { child, stdout: () => output.stdout, stderr: () => output.stderr, url: Promise.race([banner, exited.then(() => null)]), exited }
}

/** Logs alice in at a running service; answers with her credential. */
export async function logIn (url: string | null): Promise<string> {
  const response = await fetch(`${url}/login`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(demo.alice)
  })
  const { sessionId } = await response.json() as { sessionId: string }
  return sessionId
}

/** The status of /me with a credential. */
export const me = (url: string | null, credential: string): Promise<number> =>
  fetch(`${url}/me`, { headers: { 'x-session-id': credential } }).then(({ status }) => status)

export async function until (holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!await holds()) await sleep(10)
}
