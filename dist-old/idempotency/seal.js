import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
/** 128 bits name a key. */
const NAME_BYTES = 16;
const KEY_BYTES = 32;
/** AES-256-GCM (NIST SP 800-38D). A seal closes one answer, or a few if claims were lost: random nonces never meet. */
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Seals of a service's Idempotency-Key, that of the first key of the keyring first. Who has Redis and SESSION_KEYS but not the Idempotency-Key opens none. */
export function createSeals(keyring) {
    const subkeys = keyring.subkeys('idempotency');
    return (caller, idempotencyKey) => {
        // The name of a service has no colon.
        const whose = `${caller}:${idempotencyKey}`;
        const tag = createHash('sha256').update(whose).digest('hex').slice(0, 4);
        return subkeys.map(subkey => ({ tag, ...sealOf(Buffer.from(hkdfSync('sha256', subkey, Buffer.alloc(0), whose, NAME_BYTES + 2 * KEY_BYTES))) }));
    };
}
/** Of what HKDF makes: name, HMAC key of the fingerprint, key of the answer. */
function sealOf(bytes) {
    const [fingerprintKey, answerKey] = [bytes.subarray(NAME_BYTES, NAME_BYTES + KEY_BYTES), bytes.subarray(NAME_BYTES + KEY_BYTES)];
    return {
        name: bytes.toString('base64url', 0, NAME_BYTES),
        fingerprintOf: request => createHmac('sha256', fingerprintKey).update(request).digest('base64url'),
        close: (answer, fingerprint) => {
            const nonce = randomBytes(NONCE_BYTES);
            const cipher = createCipheriv(CIPHER, answerKey, nonce).setAAD(Buffer.from(fingerprint));
            return Buffer.concat([nonce, cipher.update(answer), cipher.final(), cipher.getAuthTag()]).toString('base64url');
        },
        open: (sealed, fingerprint) => {
            const box = Buffer.from(sealed, 'base64url');
            const decipher = createDecipheriv(CIPHER, answerKey, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
                .setAAD(Buffer.from(fingerprint)).setAuthTag(box.subarray(-TAG_BYTES));
            return Buffer.concat([decipher.update(box.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString();
        }
    };
}
//# sourceMappingURL=seal.js.map