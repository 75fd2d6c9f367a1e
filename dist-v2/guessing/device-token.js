import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { canonicalEmail } from "../users/email.js";
const DEVICE_BYTES = 16;
/** A browser sends one token. Whoever sends a heap of them is not worth a MAC for each. */
const MOST_TEXTS = 4;
/** The only spelling there is: 48 bytes fill 64 base64url characters without spare bits. */
const SYNTAX = /^d1\.([1-9][0-9]{0,11})\.([A-Za-z0-9_-]{64})$/;
/** Issues and checks device tokens; nothing is stored. */
export function createDeviceTokens({ keyring, lifetimeSeconds, now = Date.now }) {
    const keys = keyring.subkeys('device-token');
    const [signingKey = Buffer.alloc(0)] = keys;
    const nowSeconds = () => Math.floor(now() / 1000);
    /** The device that a token names, in base64url; null if it is none for that account, or none any more. */
    function deviceIn(text, email) {
        const [, issuedAt, proof] = SYNTAX.exec(text) ?? [];
        if (issuedAt === undefined || proof === undefined)
            return null;
        const bytes = Buffer.from(proof, 'base64url');
        const device = bytes.subarray(0, DEVICE_BYTES);
        const mac = bytes.subarray(DEVICE_BYTES);
        if (!keys.some(key => timingSafeEqual(macOf(key, issuedAt, device, email), mac)))
            return null;
        return Number(issuedAt) + lifetimeSeconds > nowSeconds() ? device.toString('base64url') : null;
    }
    return {
        lifetimeSeconds,
        /** The device of the first text that is a good token for that account; null, without a word why, if none of the first four is. */
        deviceOf(texts, email) {
            for (const text of texts.slice(0, MOST_TEXTS)) {
                const device = deviceIn(text, email);
                if (device !== null)
                    return device;
            }
            return null;
        },
        /** Whether the first login from that device was at least so long ago. The age of its token says nothing of that: each login brings a fresh one. */
        isKnownFor: (device, seconds) => Buffer.from(device, 'base64url').readUInt32BE() + seconds <= nowSeconds(),
        /** A fresh token for that account, for a device that is known or, without one, for a new one. */
        issue(email, knownDevice) {
            const device = knownDevice === null ? newDevice(nowSeconds()) : Buffer.from(knownDevice, 'base64url');
            const issuedAt = String(nowSeconds());
            return `d1.${issuedAt}.${Buffer.concat([device, macOf(signingKey, issuedAt, device, email)]).toString('base64url')}`;
        }
    };
}
function newDevice(firstLoginSeconds) {
    const device = randomBytes(DEVICE_BYTES);
    device.writeUInt32BE(firstLoginSeconds);
    return device;
}
function macOf(key, issuedAt, device, email) {
    return createHmac('sha256', key).update(`d1.${issuedAt}.`).update(device).update(`.${canonicalEmail(email)}`).digest();
}
//# sourceMappingURL=device-token.js.map