import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { insist } from '../report.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** `npm ci` in this folder, unless what its lockfile says is installed: the peers are no dependency of the service. */
export function installPeers (): void {
  if (isInstalled()) return
  console.log('Installing the peers (bench/peers) ...')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_ENV: '' }
  })
  insist(status === 0, '`npm ci` in bench/peers failed')
}

/** By npm's own record, written at the end of an install; packages of other platforms may be missing. */
function isInstalled (): boolean {
  const present = packagesOf('node_modules/.package-lock.json')
  return Object.entries(packagesOf('package-lock.json')).every(([path, { version, optional }]) => (
    path === '' || present[path]?.version === version || (optional === true && present[path] === undefined)
  ))
}

function packagesOf (file: string): Record<string, { version?: string, optional?: boolean }> {
  try {
    return JSON.parse(readFileSync(folder + file, 'utf8')).packages
  } catch {
    return {}
  }
}
