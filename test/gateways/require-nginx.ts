import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** The nginx of this machine: NGINX, then PATH, then, as root on Debian, newly installed. Throws an Error that says what to type. */
export function requireNginx (): string {
  const path = process.env.NGINX ?? 'nginx'
  if (hasAuthRequest(path)) return path
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    console.error('No nginx found, installing it with apt-get')
    const apt = (...args: string[]) => spawnSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0
    // Without its module packages and without the one that starts it as a service.
    const install = () => apt('install', '-y', '--no-install-recommends', 'nginx-light')
    if (!install() && apt('update')) install()
  }
  if (hasAuthRequest(path)) return path
  throw new Error('No nginx with auth_request was found. Install one (Debian: sudo apt-get install -y nginx) or name it: NGINX=/path/to/nginx npm run test:gateways')
}

/** Debian puts it where only root's PATH looks; what it was built with is on the standard error. */
function hasAuthRequest (path: string): boolean {
  const { stderr, error } = spawnSync(path, ['-V'], { encoding: 'utf8', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } })
  return error === undefined && stderr.includes('http_auth_request_module')
}
