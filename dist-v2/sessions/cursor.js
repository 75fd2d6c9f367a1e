import { createHmac, timingSafeEqual } from 'node:crypto';
import { serviceError } from "./errors.js";
/** 96 bits: nobody guesses one, and each try is a request. */
const MAC_BYTES = 12;
/** Makes the cursors of a list, named by all that makes it this one: the verb, whose it is, what was asked for. Nothing is stored. */
export function createCursors(keyring) {
    const keys = keyring.subkeys('cursor');
    const [signingKey = Buffer.alloc(0)] = keys;
    return (...list) => {
        // JSON has no line break of its own.
        const name = `${JSON.stringify(list)}\n`;
        const macOf = (key, text) => createHmac('sha256', key).update(name).update(text).digest().subarray(0, MAC_BYTES);
        return {
            cursorOf: text => Buffer.concat([macOf(signingKey, Buffer.from(text)), Buffer.from(text)]).toString('base64url'),
            textIn(cursor) {
                const bytes = Buffer.from(cursor, 'base64url');
                const [mac, text] = [bytes.subarray(0, MAC_BYTES), bytes.subarray(MAC_BYTES)];
                const isWhole = mac.length === MAC_BYTES && bytes.toString('base64url') === cursor;
                if (!isWhole || !keys.some(key => timingSafeEqual(macOf(key, text), mac)))
                    throw malformedCursor();
                return text.toString();
            }
        };
    };
}
export function textOf({ ms, key }) {
    return `${ms}.${key}`;
}
/** The place that `textOf` wrote. */
export function placeIn(text) {
    const dot = text.indexOf('.');
    return { ms: Number(text.slice(0, dot)), key: text.slice(dot + 1) };
}
/** Of a session in a list of those of a user. */
export function placeOf({ id, times }) {
    return { ms: times.createdAtMs, key: id };
}
/** Where the page before ended, or null for the first page. @throws ServiceError `malformed_cursor` */
export function placeAfter(cursors, cursor) {
    return cursor === undefined ? null : placeIn(cursors.textIn(cursor));
}
/** A page of what is sorted newest first by its place, and where it ended if there is another one. */
export function pageOf(items, placeOf, limit, after) {
    const rest = items
        .filter(item => after === null || isNewer(after, placeOf(item)))
        .sort((a, b) => isNewer(placeOf(a), placeOf(b)) ? -1 : 1);
    const page = rest.slice(0, limit);
    const last = rest.length > limit ? page.at(-1) : undefined;
    return { page, end: last && placeOf(last) };
}
/** The cursor of the page behind that one; none behind the last. */
export function nextCursorOf(cursors, end) {
    return end && cursors.cursorOf(textOf(end));
}
/** Within one moment by the text. */
export function isNewer(a, b) {
    return a.ms === b.ms ? a.key > b.key : a.ms > b.ms;
}
export function malformedCursor() {
    return serviceError('malformed_cursor', 'The cursor was not made by this service for this list. Send the nextCursor of the page before, with the same query, or none for the first page.');
}
//# sourceMappingURL=cursor.js.map