import { existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isWorkedIn } from "../process-identity.js";
/**
 * Removes the lock of a PostgreSQL that is gone. PostgreSQL itself takes any process with that pid, a zombie or a stranger, for
 * the old server, and would refuse to start for ever. Its workers may outlive it by a moment and still write, so they are waited for.
 * Call it with the data folder's lock held and after the orphan was ended.
 */
export async function removeStaleLock(folder, patienceMs = 10_000) {
    const file = `${folder}/postmaster.pid`;
    if (!existsSync(file))
        return;
    const deadline = Date.now() + patienceMs;
    while (isWorkedIn(folder)) {
        if (Date.now() > deadline)
            throw new Error(`Processes of an earlier PostgreSQL still work in ${folder}.`);
        await sleep(20);
    }
    rmSync(file, { force: true });
}
//# sourceMappingURL=stale-lock.js.map