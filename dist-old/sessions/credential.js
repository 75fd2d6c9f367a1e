import { createHash, createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { v4 as uuidv4 } from 'uuid';
import { remembered } from "./remembered.js";
const SECRET_BYTES = 16;
const PROOF_BYTES = 48;
const DIGEST_BYTES = 8;
/** The only spelling there is: lower-case hex, no padding, 48 bytes fill 64 base64url characters without spare bits. */
const SYNTAX = /^([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\.([1-9][0-9]{0,8})\.([A-Za-z0-9_-]{64})$/;
/** Issues and checks credentials; touches no store. `remembers` is of how many at least it remembers that their MAC was good. */
export function createCredentialIssuer(keyring, remembers) {
    const keys = keyring.subkeys('credential');
    const [signingKey = Buffer.alloc(0)] = keys;
    function issue(id, generation, secret) {
        const text = `${id}.${generation}.${proofOf(signingKey, id, generation, secret)}`;
        return { id, generation, secretDigest: digestOf(secret), text };
    }
    return {
        /** A new session's credential, generation 1, with an id in the slot of that user. */
        open: (userId) => issue(newId(userId), 1, randomBytes(SECRET_BYTES)),
        /** The credential of that text, or null if it is malformed or its MAC was made by none of the keys. */
        parse: remembered((text) => {
            const [, id, decimal, proof] = SYNTAX.exec(text) ?? [];
            if (id === undefined || decimal === undefined || proof === undefined)
                return null;
            const generation = Number(decimal);
            const bytes = Buffer.from(proof, 'base64url');
            const secret = bytes.subarray(0, SECRET_BYTES);
            const mac = bytes.toString('base64url', SECRET_BYTES);
            if (!keys.some(key => sameText(macOf(key, id, generation, secret), mac)))
                return null;
            return { id, generation, secretDigest: digestOf(secret) };
        }, remembers),
        /** The next generation of a credential that `parse` accepted: the same text for everyone who asks. */
        successor(text) {
            const credential = this.parse(text);
            if (credential === null)
                return null;
            const secret = Buffer.from(text.slice(text.lastIndexOf('.') + 1), 'base64url').subarray(0, SECRET_BYTES);
            return issue(credential.id, credential.generation + 1, secret);
        }
    };
}
/** The user's slot tag: the first 4 hex digits of SHA-256(`session-tag:v1:` + user id). No key, never changes. */
export function tagOf(userId) {
    return createHash('sha256').update(`session-tag:v1:${userId}`).digest('hex').slice(0, 4);
}
/** The slot tag of the user whose session that is: an id begins with it. */
export function slotOf(id) {
    return id.slice(0, 4);
}
/** The id of those 32 hex digits. */
export function idOf(hex) {
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
function newId(userId) {
    const random = randomBytes(16);
    random.write(tagOf(userId), 0, 'hex');
    return uuidv4({ random });
}
function proofOf(key, id, generation, secret) {
    return Buffer.concat([secret, Buffer.from(macOf(key, id, generation, secret), 'base64url')], PROOF_BYTES).toString('base64url');
}
/** As text: a Buffer from OpenSSL costs more than the hash in it. */
function macOf(key, id, generation, secret) {
    return createHmac('sha256', key).update(`${id}.${generation}.`).update(secret).digest('base64url');
}
function digestOf(secret) {
    return BigInt.asIntN(8 * DIGEST_BYTES, BigInt(`0x${hash('sha256', secret, 'hex').slice(0, 2 * DIGEST_BYTES)}`)).toString();
}
function sameText(expected, given) {
    return timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}
//# sourceMappingURL=credential.js.map