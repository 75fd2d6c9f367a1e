import { spawnSync } from 'node:child_process'

/**
 * The words to put before a command so that the kernel sends it `signal` when this process dies, even by SIGKILL; nothing
 * where util-linux is missing. There a server outlives us, and the next start ends it (orphan.ts).
 */
export function leash (signal: NodeJS.Signals, env: NodeJS.ProcessEnv): string[] {
  const words = ['setpriv', '--pdeathsig', signal.replace('SIG', '')]
  return isUsable(words, env) ? words : []
}

/** Whether a command can be run behind these words on this system. */
export function isUsable (words: string[], env: NodeJS.ProcessEnv): boolean {
  const [file = '', ...args] = words
  return spawnSync(file, [...args, 'true'], { env, stdio: 'ignore' }).status === 0
}
