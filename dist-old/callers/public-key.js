import { createPublicKey, hash, verify } from 'node:crypto';
import { invalidMember } from "../sessions/errors.js";
import { newKeyId } from "./service-key.js";
/** What a key of that type signs with (RFC 8725 section 3.1); `Ed25519` is the newer name of the same (RFC 9864). */
const algorithms = { EC: ['ES256'], OKP: ['EdDSA', 'Ed25519'] };
/** Members of private and of symmetric keys (RFC 7518 section 6). */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
/**
 * What is stored of a public key: an id, the key as text without anything that it does not need, and the digest of that, which is its thumbprint (RFC 7638).
 * @throws ServiceError `validation_failed` for whatever else it is
 */
export function registeredKey(jwk) {
    const publicKey = JSON.stringify(membersOf(jwk));
    if (isForgeable(importPublicKey(publicKey)))
        throw invalid('Anybody can sign for this key: it is none of a generated pair. Make another one.');
    return { id: newKeyId(), digest: hash('sha256', publicKey, 'base64url'), publicKey };
}
/** A key that is stored. */
export function importPublicKey(text) {
    return createPublicKey({ key: JSON.parse(text), format: 'jwk' });
}
/** The one with which assertions of that key are signed comes first. */
export function algorithmsOf({ kty }) {
    return algorithms[kty];
}
/** In the order of RFC 7638. */
function membersOf(jwk) {
    const { kty, crv, use = 'sig', alg, ...given } = Object(jwk);
    if (secretMembers.some(name => name in given))
        throw invalid('This is a private or a secret key, which nobody but the service may have. Register its public half; as others have seen this one, make a new pair.');
    if (!(kty === 'EC' && crv === 'P-256') && !(kty === 'OKP' && crv === 'Ed25519'))
        throw invalid('A public key is a JSON Web Key of P-256 ("kty":"EC") or of Ed25519 ("kty":"OKP").');
    if (use !== 'sig' || (alg !== undefined && !algorithmsOf({ kty }).includes(String(alg))))
        throw invalid(`The key says of itself that it is for something else (use, alg) than signing with ${algorithmsOf({ kty })[0]}.`);
    const { x, y } = exported({ kty, crv, ...given });
    return kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x };
}
/** The one spelling of the key, if it is one: a point that is on the curve (RFC 8725 section 3.4). */
function exported(key) {
    try {
        return createPublicKey({ key, format: 'jwk' }).export({ format: 'jwk' });
    }
    catch {
        throw invalid('The coordinates (x, and y of P-256) are no point of the curve in base64url.');
    }
}
/**
 * Whether a signature of nobody is good: so it is for each of the few Ed25519 keys of small order, of at least one text in eight, and for no key that was generated.
 */
function isForgeable(key) {
    const signature = Buffer.alloc(64);
    signature[0] = 1;
    return key.asymmetricKeyType === 'ed25519' && Array.from({ length: 128 }, (_, i) => verify(null, Buffer.from([i]), key, signature)).includes(true);
}
function invalid(advice) {
    return invalidMember('publicKey', advice);
}
//# sourceMappingURL=public-key.js.map