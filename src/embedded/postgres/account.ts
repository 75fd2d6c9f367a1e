import { spawnSync } from 'node:child_process'
import { chownSync, lstatSync, readdirSync } from 'node:fs'
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

const NOBODY = { uid: 65534, gid: 65534 }
const NAMESPACE = ['unshare', '--user']

/** The best account that this system allows. */
export function chooseAccount (env: NodeJS.ProcessEnv, uid: number | undefined = process.getuid?.()): Account {
  if (uid !== 0) return { prefix: [] }
  if (isUsable(NAMESPACE, env)) return { prefix: NAMESPACE }
  return { prefix: [], owner: NOBODY }
}

/** Whether the account can pass through all folders above a path and read it. */
export function canReach (account: Account, path: string, env: NodeJS.ProcessEnv): boolean {
  const [file = '', ...args] = [...account.prefix, 'test', '-r', path]
  return spawnSync(file, args, { ...account.owner, env, cwd: '/', stdio: 'ignore' }).status === 0
}

/** Gives a folder and all that is in it to the account, unless it has it already. */
export function handOver (account: Account, folder: string): void {
  const uid = account.owner?.uid ?? process.getuid?.()
  const gid = account.owner?.gid ?? process.getgid?.()
  if (uid === undefined || gid === undefined || lstatSync(folder).uid === uid) return
  for (const name of readdirSync(folder, { recursive: true })) chownSync(join(folder, String(name)), uid, gid)
  chownSync(folder, uid, gid)
}
