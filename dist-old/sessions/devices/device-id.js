import { createHmac } from 'node:crypto';
import { remembered } from "../remembered.js";
const HASH_BYTES = 16;
/** Of a hash, what a session is compared by (surroundings.ts): 36 bits. */
const MARK_LENGTH = 6;
/** Longer ones are no device's, and would fill the memory. */
const LONGEST_ID = 128;
/** What is stored of the ids that clients give their devices: a keyed hash, which tells nobody the id or that two users have the same. */
export function createDeviceIds(keyring) {
    const keys = keyring.subkeys('device');
    const hashesOf = (text) => keys.map(key => createHmac('sha256', key).update(text).digest().toString('base64url', 0, HASH_BYTES));
    /** A device may send its id with every request. */
    const rememberedMarks = remembered(text => hashesOf(text).map(hash => hash.slice(0, MARK_LENGTH)));
    const marksOf = (userId, deviceId) => rememberedMarks(`${userId}:${deviceId.slice(0, LONGEST_ID + 1)}`);
    return {
        /** One for each key, that of the first key first: a session that was stored under another key is found while the keys roll over. */
        hashes: (userId, deviceId) => hashesOf(`${userId}:${deviceId}`),
        /** What a session is bound to of the device that it is opened on; '' if its login does not tell. */
        markOf: (userId, deviceId) => deviceId === undefined ? '' : firstOf(marksOf(userId, deviceId)),
        /**
         * The mark of the device on which a session that is bound to `bound` is used: the same one where the request does not tell, or
         * tells the same id under whichever key. A session that was bound to none stays so.
         */
        markOfUse(userId, bound, deviceId) {
            if (bound === '' || deviceId === undefined)
                return bound;
            const marks = marksOf(userId, deviceId);
            return marks.includes(bound) ? bound : firstOf(marks);
        }
    };
}
const firstOf = ([mark = '']) => mark;
//# sourceMappingURL=device-id.js.map