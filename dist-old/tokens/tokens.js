import { randomInt, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { serviceError } from "../sessions/errors.js";
import { expiresAtMs } from "../sessions/session.js";
import { signingKeysOf } from "./signing-keys.js";
/**
 * Three parts of base64url (RFC 7515 section 2) whose last characters have no spare bits set, and nothing around them: a token that can be written in two ways
 * can be denied, or remembered, in one of them.
 */
const PART = '(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?';
const SPELLING = new RegExp(`^${PART}\\.${PART}\\.${PART}$`);
/** RFC 8725 section 3.11: no other token that is signed with these keys can stand in for one. */
const TYPE = 'session+jwt';
const ALGORITHM = 'EdDSA';
/** Of its life a token may lose so much, so that those that were made together do not expire together. */
const JITTER = 0.1;
const SHORTEST_SECONDS = 60;
/**
 * Tokens that others verify without asking (RFC 7519): short-lived statements about a session, good until they expire, also if the session ends before, unless they read the
 * feed of revocations (GET /v1/revocations). Signed by
 * Ed25519 with the first key.
 */
export function createTokens({ keyring, issuer, audiences, seconds }) {
    const keys = signingKeysOf(keyring);
    const [first] = keys;
    if (first === undefined)
        throw new Error('The keyring has no key.');
    const known = new Map(keys.map(({ kid, publicKey }) => [kid, publicKey]));
    return {
        /** The public keys (RFC 7517 section 5). */
        jwks: { keys: keys.map(({ jwk }) => jwk) },
        /**
         * A token about this session for one audience, and when it expires: never after the session, as long as that is not used any more.
         * @throws ServiceError `audience_not_allowed`
         */
        async issue({ id, userId, profile: { roles, openedBy }, times }, audience) {
            if (!audiences.includes(audience))
                throw notAllowed(audience);
            const issuedAt = Math.floor(Date.now() / 1000);
            const lifetime = Math.max(SHORTEST_SECONDS, seconds - randomInt(Math.floor(seconds * JITTER) + 1));
            const expiresAt = Math.min(issuedAt + lifetime, Math.floor(expiresAtMs(times) / 1000));
            const token = await new SignJWT({ sid: id, auth_time: Math.floor(times.authenticatedAtMs / 1000), auth_time_ms: times.authenticatedAtMs, roles, ...(openedBy !== undefined && { client_id: openedBy }) })
                .setProtectedHeader({ alg: ALGORITHM, kid: first.kid, typ: TYPE })
                .setIssuer(issuer)
                .setSubject(userId)
                .setAudience(audience)
                .setIssuedAt(issuedAt)
                .setExpirationTime(expiresAt)
                .setJti(randomUUID())
                .sign(first.privateKey);
            return { token, expiresAtMs: expiresAt * 1000 };
        },
        /** Null for whatever is wrong with it, and for whatever goes wrong. It says nothing about the session of now. */
        verify(text) {
            if (!SPELLING.test(text))
                return Promise.resolve(null);
            const expected = { algorithms: [ALGORITHM], typ: TYPE, issuer, audience: audiences, requiredClaims: ['sub', 'sid', 'exp', 'iat'] };
            return jwtVerify(text, ({ kid = '' }) => keyOf(kid), expected).then(({ payload }) => payload, () => null);
        }
    };
    function keyOf(kid) {
        const key = known.get(kid);
        if (key === undefined)
            throw new errors.JWKSNoMatchingKey();
        return key;
    }
}
function notAllowed(audience) {
    return serviceError('audience_not_allowed', `No tokens are made for ${audience}: TOKEN_AUDIENCES does not name it.`);
}
//# sourceMappingURL=tokens.js.map