import { createHash } from 'node:crypto';
import { Cluster } from 'ioredis';
import { malformedCursor } from "../sessions/cursor.js";
import { unavailable } from "./failures.js";
import { mastersOf } from "./scripts.js";
/** Keys that one step looks at. */
const STEP = 128;
const SLOTS = 16_384;
/** Of which topology, at which of its masters in order, and the cursor of SCAN there. */
const PLACE = /^([\w-]{16})\.(\d{1,4})\.(\d{1,20})$/;
const LARGEST_CURSOR = 2n ** 64n - 1n;
/**
 * Goes through the users by the indexes of their sessions, a step at a time. SCAN misses none that is there all the while, on one server: a cursor of another process means
 * nothing, and slots may move. So a place is one of a topology, and the walk begins again when that has changed: when a slot begins to move, and when it has moved. Of one that is on
 * its way from before the walk until after it some may be missed.
 */
export function createUserWalk({ client, keys: { everyIndex } }, call) {
    const start = everyIndex.lastIndexOf('{') + '{0000}:'.length;
    /** All masters, in an order of their own. @throws ServiceError `store_unavailable` if not all are known */
    async function masters() {
        const known = await call(() => Promise.all(mastersOf(client).map(look)));
        if (client instanceof Cluster && known.reduce((sum, { slots }) => sum + slots.reduce((sum, range) => sum + sizeOf(range), 0), 0) !== SLOTS) {
            client.refreshSlotsCache();
            throw unavailable();
        }
        return known.sort((a, b) => a.runId < b.runId ? -1 : 1);
    }
    async function look(node) {
        const [info, nodes] = await Promise.all([node.info('server'), client.isCluster ? node.cluster('NODES') : '']);
        const [, runId = ''] = /^run_id:(\w+)/m.exec(info) ?? [];
        // Behind what it is called, eight fields, come its slots.
        const slots = String(nodes).split('\n').filter(line => line.includes('myself')).flatMap(line => line.trim().split(' ').slice(8));
        return { node, runId, slots };
    }
    return {
        async someUsers(place) {
            const wanted = place === null ? null : placeOf(place);
            const before = await masters();
            const topology = nameOf(before);
            const { master, scan } = wanted?.topology === topology ? wanted : { master: 0, scan: '0' };
            const at = before[master];
            if (at === undefined)
                throw malformedCursor();
            // In this order on each connection: what has changed before the keys were looked at is seen.
            const [[next, found], after] = await Promise.all([call(() => at.node.scan(scan, 'MATCH', everyIndex, 'COUNT', STEP)), masters()]);
            const following = next !== '0' ? { master, scan: next } : { master: master + 1, scan: '0' };
            const isOver = following.master === before.length;
            return {
                at: textOf({ topology, master, scan }),
                userIds: [...new Set(found)].map(key => key.slice(start)),
                next: nameOf(after) !== topology ? textOf({ topology: nameOf(after), master: 0, scan: '0' }) : isOver ? null : textOf({ topology, ...following })
            };
        }
    };
}
/** How many slots a range has, `0-5460` or one alone; none of one that is on its way. */
function sizeOf(range) {
    if (range.startsWith('['))
        return 0;
    const [first, last = first] = range.split('-').map(Number);
    return Number(last) - Number(first) + 1;
}
function nameOf(masters) {
    return createHash('sha256').update(JSON.stringify(masters.map(({ runId, slots }) => [runId, slots]))).digest('base64url').slice(0, 16);
}
function textOf({ topology, master, scan }) {
    return `${topology}.${master}.${scan}`;
}
function placeOf(text) {
    const [, topology, master, scan] = PLACE.exec(text) ?? [];
    if (topology === undefined || scan === undefined || BigInt(scan) > LARGEST_CURSOR)
        throw malformedCursor();
    return { topology, master: Number(master), scan };
}
//# sourceMappingURL=user-walk.js.map