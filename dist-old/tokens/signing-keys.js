import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
/** A key pair for each key of the keyring, in their order: the first signs, all verify. Every instance with the same keyring has the same ones. */
export function signingKeysOf(keyring) {
    return keyring.subkeys('token').map(signingKey);
}
function signingKey(seed) {
    const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
    const publicKey = createPublicKey(privateKey);
    const x = String(publicKey.export({ format: 'jwk' }).x);
    const kid = thumbprintOf(x);
    return { kid, privateKey, publicKey, jwk: { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' } };
}
/** RFC 7638, RFC 8037 appendix A.3. */
function thumbprintOf(x) {
    return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
}
//# sourceMappingURL=signing-keys.js.map