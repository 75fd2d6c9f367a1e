import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The Chromium of this machine: CHROMIUM, then PATH, then, as root on Debian, newly installed. Throws an Error that says what to type. */
export function requireChromium (): string {
  const given = process.env.CHROMIUM
  if (given !== undefined && given !== '') return given
  const path = onPath() ?? installed()
  if (path !== undefined) return path
  throw new Error('No Chromium was found. Install one (Debian: sudo apt-get install -y chromium) or name it: CHROMIUM=/path/to/chrome npm run test:browser')
}

function onPath (): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap(name => folders.map(folder => join(folder, name))).find(existsSync)
}

function installed (): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return undefined
  console.log('No Chromium found, installing it with apt-get')
  const apt = (...args: string[]) => spawnSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0
  const install = () => apt('install', '-y', '--no-install-recommends', 'chromium')
  if (!install() && apt('update')) install()
  return onPath()
}
