import { idOf } from "../sessions/credential.js";
const MEMBER_BYTES = 22;
const DEVICE_TYPES = { d: 'desktop', m: 'mobile', t: 'tablet', v: 'tv', b: 'bot' };
/** Orders sessions by when they were created, and within a millisecond by what their ids begin with behind the tag: the older one's is not higher. */
export function rankOf({ createdAtMs, id }) {
    return createdAtMs * 1024 + (Number.parseInt(id.replaceAll('-', '').slice(4, 8), 16) >> 6);
}
/** The letter of a type in the index. */
export function letterOf(type) {
    return Object.keys(DEVICE_TYPES).find(letter => DEVICE_TYPES[letter] === type) ?? 'u';
}
/** The type that a letter in an index or a record means. */
export function deviceTypeOf(letter) {
    return DEVICE_TYPES[letter ?? ''] ?? 'unknown';
}
/** The sessions that the members in one text name; their ids begin with the slot tag. */
export function indexedSessions(tag, members) {
    return Array.from({ length: members.length / MEMBER_BYTES }, (_, i) => indexedSession(tag, members, i * MEMBER_BYTES));
}
function indexedSession(tag, members, start) {
    const hex = tag + members.toString('hex', start + 6, start + 20);
    return {
        createdAtMs: members.readUIntBE(start, 6),
        id: idOf(hex),
        deviceType: deviceTypeOf(String.fromCharCode(members.readUInt8(start + 20)))
    };
}
//# sourceMappingURL=index-members.js.map