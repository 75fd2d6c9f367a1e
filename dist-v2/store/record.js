import { DEFAULT_LIFETIME } from "../sessions/policies/lifetimes.js";
import { unpackAddress } from "./address.js";
import { deviceTypeOf } from "./index-members.js";
import { profileFrom } from "./replies.js";
import { unpackUserAgent } from "./user-agent.js";
/** Of a text that is longer, the record has pieces of so many bytes. */
const PIECE_BYTES = 64;
/** Fields that every record has. */
const REQUIRED = ['u', 'p', 'c', 'i', 'x', 's'];
/** What a list shows of the session with that record; keys.ts says what its fields are. Null if the record is damaged. */
export function descriptionOf(id, fields) {
    const record = namedIn(fields);
    if (!REQUIRED.every(name => record.has(name)))
        return null;
    const number = (name) => Number(record.get(name) ?? 0);
    const text = (name) => textOf(record, name);
    const createdAtMs = number('c');
    const [ipAddress, userAgent] = [unpackAddress(text('f') ?? ''), unpackUserAgent(text('b') ?? '')];
    const [lastAddress, lastUserAgent, deviceName, capabilities] = [text('j'), text('v'), text('m') ?? '', text('dc') ?? ''];
    return {
        id,
        userId: String(text('u')),
        times: {
            createdAtMs,
            lastAccessedAtMs: createdAtMs + number('a'),
            idleMs: msOf(number('i')),
            absoluteDeadlineMs: createdAtMs + msOf(number('x')),
            extendedUntilMs: record.has('e') ? createdAtMs + number('e') : 0,
            authenticatedAtMs: createdAtMs + number('t')
        },
        ipAddress,
        userAgent,
        deviceType: deviceTypeOf(text('d')),
        lastIpAddress: lastAddress === undefined ? ipAddress : unpackAddress(lastAddress),
        lastUserAgent: lastUserAgent === undefined ? userAgent : unpackUserAgent(lastUserAgent),
        isFlagged: record.has('q'),
        lifetime: text('l') ?? DEFAULT_LIFETIME,
        ...(deviceName !== '' && { deviceName }),
        ...(capabilities !== '' && { capabilities: capabilities.split(',') })
    };
}
/** What travels with it about its user. */
export function profileIn(fields) {
    return profileFrom(String(textOf(namedIn(fields), 'p')));
}
function namedIn(fields) {
    const record = new Map();
    for (const [i, value] of fields.entries())
        if (i % 2 === 1)
            record.set(String(fields[i - 1]), value);
    return record;
}
/** A text, whole; a character may lie in two of its pieces. */
function textOf(record, name) {
    const first = record.get(name);
    if (first === undefined)
        return undefined;
    const pieces = [first];
    for (let last = first; last?.length === PIECE_BYTES;) {
        last = record.get(name + pieces.length);
        if (last !== undefined)
            pieces.push(last);
    }
    return Buffer.concat(pieces).toString();
}
function msOf(seconds) {
    return Math.round(seconds * 1000);
}
//# sourceMappingURL=record.js.map