import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const KEY_BYTES = 32;
/**
 * The credential keyring of a local run, in the form of SESSION_KEYS: read from `<dataDir>/session-keys`, which is made on first
 * use and readable by its owner alone. It lies beside the data so that sessions survive a restart, and goes when the data goes.
 */
export function localKeyring(dataDir) {
    const file = join(dataDir, 'session-keys');
    try {
        mkdirSync(dataDir, { recursive: true, mode: 0o700 });
        writeFileSync(file, `local:${randomBytes(KEY_BYTES).toString('base64url')}\n`, { mode: 0o600, flag: 'wx', flush: true });
    }
    catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
            throw error;
    }
    return readFileSync(file, 'utf8').trim();
}
//# sourceMappingURL=local-keyring.js.map