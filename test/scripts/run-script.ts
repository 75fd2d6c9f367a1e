import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { childEnvironment } from '../child-environment.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a script of the project as its command does, and resolves to its status and what it printed. */
export async function runScript (script: string, args: string[], settings: Record<string, string>, input = '') {
  const child = spawn(process.execPath, ['--import', 'tsx', `scripts/${script}.ts`, ...args], { cwd: root, env: { ...childEnvironment, ...settings } })
  child.stdin.end(input)
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { status, out, err }
}
