import { hash } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { serviceError } from "../sessions/errors.js";
import { algorithmsOf, importPublicKey } from "./public-key.js";
/** Longer ones are not looked at. */
const LONGEST = 4096;
const LONGEST_JTI = 128;
const LONGEST_LIFE_SECONDS = 300;
/** The clocks of a service and of instances may differ by as much. */
const CLOCK_SECONDS = 30;
/** Of keys that were imported; more than a company has services. */
const MOST_KEYS = 1000;
/** RFC 8725 section 3.11: no other kind of token is one. */
const TYPE = /^(application\/)?(jwt|client-authentication\+jwt)$/i;
/** What every JSON Web Token begins with, and no key. */
export function isAssertion(text) {
    return text.startsWith('eyJ');
}
/**
 * Says who signed an assertion: a JSON Web Token with which a service authenticates (RFC 7523 section 3) in the place of a key. It is good for minutes at most, and once:
 * what it costs beside the signature is one command of Redis.
 */
export function createAssertions({ callers, used, audience }) {
    const imported = new LRUCache({ max: MOST_KEYS, memoMethod: verifierOf });
    /** Null for whatever is wrong with it. The keys that its header may bring or point to are not looked at. */
    async function verify(text, { publicKey, caller: { name } }) {
        const now = Date.now();
        const { key, algorithms } = imported.memo(publicKey);
        const expected = { algorithms, issuer: name, subject: name, audience, requiredClaims: ['exp', 'jti'], clockTolerance: CLOCK_SECONDS, currentDate: new Date(now) };
        const { payload, protectedHeader: { typ = 'JWT' } } = await jwtVerify(text, key, expected);
        return typeof typ === 'string' && TYPE.test(typ) ? verifiedOf(payload, now / 1000) : null;
    }
    return {
        /** @throws ServiceError `invalid_client_assertion`, `users_unavailable`, `store_unavailable` */
        async authenticate(text) {
            const keyId = keyIdOf(text);
            const signer = await callers.findSigner(keyId);
            const verified = signer && await verify(text, signer).catch(() => null);
            if (signer === null || verified === null)
                throw invalid(audience);
            const { caller } = signer;
            const forMs = Math.ceil(verified.expiresAtMs - Date.now()) + CLOCK_SECONDS * 1000;
            if (!await used.note(hash('sha256', `${caller.name}\n${verified.jti}`, 'base64url'), forMs))
                throw replayed();
            callers.noteUse(keyId);
            return caller;
        }
    };
}
function verifierOf(publicKey) {
    return { key: importPublicKey(publicKey), algorithms: algorithmsOf(JSON.parse(publicKey)) };
}
/** The id of the key that it says it is signed with; '' if it says none. */
export function keyIdOf(text) {
    if (text.length > LONGEST)
        return '';
    try {
        const { kid } = decodeProtectedHeader(text);
        return typeof kid === 'string' ? kid : '';
    }
    catch {
        return '';
    }
}
/** For a few minutes from now, and from when it was made. */
function verifiedOf({ exp = 0, iat = exp - LONGEST_LIFE_SECONDS, jti }, now) {
    if (exp <= now || exp > now + LONGEST_LIFE_SECONDS)
        return null;
    if (iat > now + CLOCK_SECONDS || exp > iat + LONGEST_LIFE_SECONDS)
        return null;
    if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_JTI)
        return null;
    return { jti, expiresAtMs: exp * 1000 };
}
/** The same for each cause: who signs knows what was signed. */
function invalid(audience) {
    return serviceError('invalid_client_assertion', `This assertion is not good. It has to name a public key of the service (kid), be signed with the other half, and have the name of the service as iss and sub, ${audience} as aud, a jti, and an exp at most ${LONGEST_LIFE_SECONDS} seconds after now and after its iat.`);
}
function replayed() {
    return serviceError('invalid_client_assertion', 'This assertion was used before. Each is good once: sign another one for every request, with a jti of its own.');
}
//# sourceMappingURL=assertion.js.map