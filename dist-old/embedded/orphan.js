import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess } from "./process-identity.js";
/** Ends the server that a killed service left behind, if there is one: two servers on one folder would ruin the data. */
export async function endOrphan(orphan, log) {
    const pid = readPid(orphan.pidFile);
    const found = pid === null ? null : identifyProcess(pid);
    if (pid === null || found === null || !found.command.includes(orphan.folder))
        return;
    log.info({ pid }, `a ${orphan.name} of an earlier start is still running, stopping it`);
    signalIfAlive(pid, orphan.stopSignal);
    if (await isGone(pid, found.startedAt, orphan.patienceMs ?? 5000))
        return;
    signalIfAlive(pid, 'SIGKILL');
    await isGone(pid, found.startedAt, 5000);
}
/** The pid on the first line of a file, or null. */
export function readPid(file) {
    if (!existsSync(file))
        return null;
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isNaN(pid) ? null : pid;
}
function signalIfAlive(pid, signal) {
    try {
        process.kill(pid, signal);
        /* c8 ignore next 3 -- only if it ends by itself between our look and our signal */
    }
    catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH'))
            throw error;
    }
}
async function isGone(pid, startedAt, patienceMs) {
    const deadline = Date.now() + patienceMs;
    while (identifyProcess(pid)?.startedAt === startedAt) {
        if (Date.now() > deadline)
            return false;
        await sleep(10);
    }
    return true;
}
//# sourceMappingURL=orphan.js.map