import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { remembered } from "../sessions/remembered.js";
const ID_BYTES = 8;
const SECRET_BYTES = 32;
const SYNTAX = /^ssk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
/** Whether a credential is meant as one, good or not; none of a user is. */
export function isServiceKey(text) {
    return text.startsWith('ssk_');
}
/** A new key: the text, which is shown once, and what is stored of it. */
export function issueServiceKey() {
    const [id, secret] = [newKeyId(), randomBytes(SECRET_BYTES).toString('base64url')];
    return { text: `ssk_${id}_${secret}`, id, digest: digestOf(secret).toString('base64url'), publicKey: null };
}
/** What tells a key of whatever kind apart: 16 hex digits. */
export function newKeyId() {
    return randomBytes(ID_BYTES).toString('hex');
}
/** Null for what no key is. Remembered, because a service sends its one key with every request. */
export const parseServiceKey = remembered((text) => {
    const [, id, secret] = SYNTAX.exec(text) ?? [];
    return id === undefined || secret === undefined ? null : { id, digest: digestOf(secret) };
});
/** Whether the key is the one of whose secret that digest is stored; takes equally long for all that are not. */
export function isKeyOf({ digest }, stored) {
    return timingSafeEqual(digest, stored);
}
function digestOf(secret) {
    return hash('sha256', secret, 'buffer');
}
//# sourceMappingURL=service-key.js.map