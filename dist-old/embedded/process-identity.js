import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
/**
 * The process behind a pid, or null when it is gone. A zombie counts as gone: where process 1 does not reap,
 * it stays in the table for ever and `kill(pid, 0)` calls it alive.
 */
export function identifyProcess(pid) {
    try {
        /* c8 ignore next -- which of the two depends on the system */
        return hasProc ? readProc(pid) : readPs(pid);
    }
    catch {
        return null;
    }
}
const hasProc = existsSync('/proc/self/stat');
function readProc(pid) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may itself hold spaces and parentheses, so the fields are counted from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startedAt] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || startedAt === undefined)
        return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { startedAt, command };
}
/* c8 ignore next 7 -- only on systems without /proc (macOS) */
function readPs(pid) {
    const { stdout } = spawnSync('ps', ['-ww', '-o', 'stat=,lstart=,args=', '-p', String(pid)], { encoding: 'utf8' });
    const match = /^(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(stdout.trim());
    if (match === null || match[1]?.startsWith('Z'))
        return null;
    return { startedAt: match[2] ?? '', command: match[3] ?? '' };
}
/** Whether any process works in this folder. False where the system has no /proc to ask. */
export function isWorkedIn(folder) {
    const wanted = realpathSync(folder);
    return processIds().some((pid) => workingFolder(pid) === wanted);
}
function processIds() {
    /* c8 ignore next -- only on systems without /proc (macOS) */
    if (!hasProc)
        return [];
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}
function workingFolder(pid) {
    try {
        return readlinkSync(`/proc/${pid}/cwd`);
    }
    catch {
        return null;
    }
}
//# sourceMappingURL=process-identity.js.map