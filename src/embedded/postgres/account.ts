import { spawnSync } from 'node:child_process'
import { chownSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isUsable } from '../leash.ts'

/**
 * As whom PostgreSQL runs. It refuses root, so there root either enters a user namespace, where it keeps its files and loses
 * its rank, or (some containers forbid that) becomes `nobody`.
 */
export interface Account {
  /** Words to put before a command. */
  prefix: string[]
  /** The owner of its files, and what the process is started as; absent when that is us. */
  owner?: { uid: number, gid: number }
}

const NOBODY: Account = { prefix: [], owner: { uid: 65534, gid: 65534 } }
const NAMESPACE: Account = { prefix: ['unshare', '--user'] }

/** The best account that this system allows. */
export function chooseAccount (env: NodeJS.ProcessEnv, uid: number | undefined = process.getuid?.()): Account {
  if (uid !== 0) return { prefix: [] }
  return isUsable(NAMESPACE.prefix, env) ? NAMESPACE : NOBODY
}

/** Whether the account can pass through all folders above a path and read it. */
export function canReach (account: Account, path: string, env: NodeJS.ProcessEnv): boolean {
  const [file = '', ...args] = [...account.prefix, 'test', '-r', path]
  return spawnSync(file, args, { ...account.owner, env, cwd: '/', stdio: 'ignore' }).status === 0
}

/** Gives a folder and all that is in it to the account. */
export function handOver (account: Account, folder: string): void {
  const { uid, gid } = account.owner ?? { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 }
  chownSync(folder, uid, gid)
  for (const name of readdirSync(folder, { recursive: true })) chownSync(join(folder, String(name)), uid, gid)
}
