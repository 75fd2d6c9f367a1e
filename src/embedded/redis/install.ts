import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findRedis } from './binary.ts'
import type { EmbeddedLog } from '../log.ts'
import type { RedisBinary } from './binary.ts'

/** Thrown when there is no usable Redis. The message is all that a person needs to go on. */
export class RedisMissingError extends Error {
  override name = 'RedisMissingError'
}

/** Holds the server program and no system service that would take port 6379. */
const PACKAGE = 'redis-tools'

export interface RedisSource {
  /** Where PATH comes from. */
  env: NodeJS.ProcessEnv
  /** Whether a missing Redis may be installed: on Debian and its kin, if we are root. */
  mayInstall: boolean
  log: EmbeddedLog
  isRoot?: boolean
  /** The file by which Debian and its kin are known. */
  debianMark?: string
}

/** The Redis of this machine, installed if there is none and that is allowed. Throws RedisMissingError. */
export function requireRedis (source: RedisSource): RedisBinary {
  const { env, mayInstall, log } = source
  const { found } = findRedis(env)
  if (found !== null) return found
  if (mayInstall && hasApt(source)) {
    log.info({ package: PACKAGE }, 'no Redis found, installing it with apt-get (INSTALL_REDIS=false prevents that)')
    aptInstall(PACKAGE, env)
  }
  const again = findRedis(env)
  if (again.found === null) throw new RedisMissingError(advice(again.tooOld))
  return again.found
}

/** Whether this is Debian or its kin, and we are root. */
export function hasApt ({ isRoot = process.getuid?.() === 0, debianMark = '/etc/debian_version' }: Pick<RedisSource, 'isRoot' | 'debianMark'>): boolean {
  return isRoot && existsSync(debianMark)
}

/** A fresh machine has no package lists, hence the update; an old list may do, hence the first try without. */
export function aptInstall (name: string, env: NodeJS.ProcessEnv): void {
  const apt = (...args: string[]): boolean =>
    spawnSync('apt-get', args, { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'ignore' }).status === 0
  const install = (): boolean => apt('install', '-y', '--no-install-recommends', name)
  if (!install() && apt('update')) install()
}

function advice (tooOld: RedisBinary[]): string {
  const old = tooOld.map(({ path, version }) => `\n  found, but too old: ${path} (${version})`).join('')
  return `No Redis 7.0 or later (or Valkey) was found on this machine.${old}
Install one of these and start again:
  Debian, Ubuntu   sudo apt-get update && sudo apt-get install -y redis-tools
  macOS            brew install redis
  Docker           docker run -d -p 127.0.0.1:6379:6379 redis:7 redis-server --appendonly yes
                   export REDIS_URL=redis://127.0.0.1:6379 DEMO_USERS=true COOKIE_SECURE=false
                   export SESSION_KEYS=k1:$(node -p 'crypto.randomBytes(32).toString("base64url")')`
}
