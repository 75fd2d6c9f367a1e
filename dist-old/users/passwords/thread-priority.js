import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
/**
 * Lowers the priority of the calling thread alone, so that hashing yields the core to the event loop. Linux gives each
 * thread an id that setpriority(2) takes; elsewhere, or where /proc is hidden, nothing changes.
 * @returns whether the priority was lowered
 */
export function lowerThreadPriority(self = '/proc/thread-self') {
    try {
        const threadId = Number(readlinkSync(self).split('/').at(-1));
        setPriority(threadId, constants.priority.PRIORITY_BELOW_NORMAL);
        return true;
    }
    catch {
        return false;
    }
}
//# sourceMappingURL=thread-priority.js.map