import { createHmac } from 'node:crypto';
import { canonicalEmail } from "../users/email.js";
import { sourceOf } from "./source.js";
/** Characters of the hash: 128 bits in base64url. */
const LENGTH = 22;
/** Names of counters: keyed hashes, so that what is stored names nobody. The first key of the keyring decides them. */
export function createSubjects(keyring) {
    const [key = ''] = keyring.subkeys('limiter');
    const hash = (text) => createHmac('sha256', key).update(text).digest('base64url').slice(0, LENGTH);
    return {
        account: (email) => hash(`account:${canonicalEmail(email)}`),
        device: (device) => hash(`device:${device}`),
        address: (address) => hash(`address:${sourceOf(address)}`)
    };
}
//# sourceMappingURL=subjects.js.map