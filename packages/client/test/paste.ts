import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { curl } from '../../../test/readme/curl.ts'

/** What a shell prints; fails if a command does. npm installs what is on this machine, and asks nobody. */
export async function paste (commands: string, cwd: string, variables: Record<string, string>): Promise<string> {
  const { PATH, HOME } = process.env
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-euc', curl + commands], { cwd, env: { PATH, HOME, npm_config_offline: 'true', ...variables } })
  return stdout
}
