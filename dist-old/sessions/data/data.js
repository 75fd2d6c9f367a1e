import { serviceError } from "../errors.js";
import { pointerTo } from "./json-pointer.js";
import { valueFault } from "./json-value.js";
/** Characters of a key: printable ASCII without the space, so that a key is one byte a character and can stand in a URL. */
export const DATA_KEY_PATTERN = '^[!-~]+$';
/** Names with a meaning in JavaScript, and the segments that clients take out of a URL before they send it (RFC 3986 section 5.2.4). */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype', '.', '..']);
/**
 * Checks keys and values one by one and turns the values into JSON text. `placeOf` says where in the request's body the
 * value of a key stands, as a JSON pointer. One request may replace every key of a session by others: twice the cap, not more.
 * @throws ServiceError `reserved_key`, `data_limit_exceeded`, `validation_failed` (a value that would not come back as it was sent)
 */
export function encodeValues(values, limits, placeOf = pointerTo) {
    const encoded = new Map();
    const all = [...values];
    assertUnreserved(all.map(([key]) => key));
    for (const [key, value] of all)
        encoded.set(checkedKey(key, limits), value === undefined ? null : encode(key, value, limits, placeOf));
    if (encoded.size > 2 * limits.keys)
        throw overLimit('DATA_MAX_KEYS', 'one request', 2 * limits.keys, encoded.size);
    return encoded;
}
/** @throws ServiceError `reserved_key`, `data_limit_exceeded` */
export function checkedKey(key, limits) {
    assertUnreserved([key]);
    if (key.length > limits.keyBytes)
        throw overLimit('DATA_MAX_KEY_BYTES', 'a key', limits.keyBytes, key.length);
    return key;
}
function assertUnreserved(keys) {
    const reserved = keys.filter(key => RESERVED.has(key));
    if (reserved.length === 1)
        throw serviceError('reserved_key', `The key ${reserved.join()} has a meaning in JavaScript or in URLs and cannot be used. Choose another.`);
    if (reserved.length > 1)
        throw serviceError('reserved_key', `The keys ${reserved.join(', ')} have a meaning in JavaScript or in URLs and cannot be used. Choose others.`);
}
function encode(key, value, limits, placeOf) {
    const fault = valueFault(value);
    if (fault !== null)
        throw unstorable(`${placeOf(key)}${fault.pointer}`, fault.detail);
    const json = JSON.stringify(value);
    const bytes = Buffer.byteLength(json);
    if (bytes > limits.valueBytes)
        throw overLimit('DATA_MAX_VALUE_BYTES', `the value of ${key}, as JSON,`, limits.valueBytes, bytes);
    return json;
}
function unstorable(pointer, detail) {
    return serviceError('validation_failed', `The request does not fit the schema of this route: body${pointer} ${detail}.`, { extras: { errors: [{ in: 'body', pointer, detail }] } });
}
/** The 413 of a cap: names it, its limit and the size that was refused. */
export function overLimit(cap, what, max, actual) {
    const unit = cap.endsWith('KEYS') ? 'keys' : 'bytes';
    return serviceError('data_limit_exceeded', `With this change ${what} would have ${actual} ${unit}; at most ${max} are allowed (${cap}). Nothing was changed.`, { extras: { cap, max, actual } });
}
/** Stored JSON texts as values; without a prototype, so that no key can mean anything but itself. */
export function decodeValues(texts) {
    const values = Object.create(null);
    for (const [key, json] of texts)
        values[key] = JSON.parse(json);
    return values;
}
/** The change that puts encoded values in the place of all stored ones whose keys begin with `prefix`. */
export function changedValues(stored, prefix, values) {
    const gone = [...stored.keys()].filter(key => key.startsWith(prefix) && !values.has(key));
    const changed = [...values].filter(([key, json]) => stored.get(key) !== json);
    return new Map([...changed, ...gone.map((key) => [key, null])]);
}
//# sourceMappingURL=data.js.map