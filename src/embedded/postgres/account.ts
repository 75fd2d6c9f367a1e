import { spawnSync } from 'node:child_process'
import { chownSync, lchownSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isUsable } from '../leash.ts'

/**
 * As whom PostgreSQL runs. It refuses root, so there root either enters a user namespace, where it keeps its files and loses
 * its rank, or (some containers forbid that) becomes `nobody`.
 */
export interface Account {
  /** Words to put before a command. */
  prefix: string[]
  /** What the process is started as and who owns its files; absent for a plain user, who has no choice. */
  owner?: { uid: number, gid: number }
}

const SELF: Account = { prefix: [] }
const NAMESPACE: Account = { prefix: ['unshare', '--user'], owner: { uid: 0, gid: 0 } }
const NOBODY: Account = { prefix: [], owner: { uid: 65534, gid: 65534 } }

/** The best account that this system allows. */
export function chooseAccount (env: NodeJS.ProcessEnv, uid: number | undefined = process.getuid?.()): Account {
  if (uid !== 0) return SELF
  return isUsable(NAMESPACE.prefix, env) ? NAMESPACE : NOBODY
}

/** Whether the account can pass through all folders above a path and read it. */
export function canReach (account: Account, path: string, env: NodeJS.ProcessEnv): boolean {
  const [file = '', ...args] = [...account.prefix, 'test', '-r', path]
  return spawnSync(file, args, { ...account.owner, env, cwd: '/', stdio: 'ignore' }).status === 0
}

/** Gives a folder and all that is in it to the account. */
export function handOver (account: Account, folder: string): void {
  if (account.owner === undefined) return
  const { uid, gid } = account.owner
  chownSync(folder, uid, gid)
  for (const name of readdirSync(folder, { recursive: true })) lchownSync(join(folder, String(name)), uid, gid)
}
