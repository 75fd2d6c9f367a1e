import { spawnSync } from 'node:child_process';
/**
 * The words to put before a command so that the kernel sends it `signal` when this process dies, even by SIGKILL; nothing
 * where util-linux is missing. There a server outlives us, and the next start ends it (orphan.ts).
 */
export function leash(signal, env) {
    const words = ['setpriv', '--pdeathsig', signal.replace('SIG', '')];
    return isUsable(words, env) ? words : [];
}
/** Whether a command can be run behind these words on this system. */
export function isUsable(words, env) {
    const [file = '', ...args] = words;
    return spawnSync(file, [...args, 'true'], { env, stdio: 'ignore' }).status === 0;
}
//# sourceMappingURL=leash.js.map