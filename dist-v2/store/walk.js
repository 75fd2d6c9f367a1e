import { setTimeout as sleep } from 'node:timers/promises';
import { mastersOf } from "./scripts.js";
/** Keys that one SCAN step asks for; what is done with each is sent in one go. */
const STEP = 200;
/** So that a validation never waits for more than one step. */
const PAUSE_MS = 2;
/** `beforeStep` may end a walk by throwing. */
export function createWalk(client, beforeStep) {
    return async (pattern, visit) => {
        for (const master of mastersOf(client)) {
            for (let cursor = '0';;) {
                await beforeStep();
                const [next, found] = await master.scan(cursor, 'MATCH', pattern, 'COUNT', STEP);
                await visit(found);
                if (next === '0')
                    break;
                cursor = next;
                await sleep(PAUSE_MS);
            }
        }
    };
}
//# sourceMappingURL=walk.js.map