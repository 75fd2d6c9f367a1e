import { spawnSync } from 'node:child_process';
import { chownSync, lchownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isUsable } from "../leash.js";
const SELF = { prefix: [] };
const NAMESPACE = { prefix: ['unshare', '--user'], owner: { uid: 0, gid: 0 } };
const NOBODY = { prefix: [], owner: { uid: 65534, gid: 65534 } };
/** The best account that this system allows. */
export function chooseAccount(env, uid = process.getuid?.()) {
    if (uid !== 0)
        return SELF;
    return isUsable(NAMESPACE.prefix, env) ? NAMESPACE : NOBODY;
}
/** Whether the account can pass through all folders above a path and read it. */
export function canReach(account, path, env) {
    const [file = '', ...args] = [...account.prefix, 'test', '-r', path];
    return spawnSync(file, args, { ...account.owner, env, cwd: '/', stdio: 'ignore' }).status === 0;
}
/** Gives a folder and all that is in it to the account. */
export function handOver(account, folder) {
    if (account.owner === undefined)
        return;
    const { uid, gid } = account.owner;
    chownSync(folder, uid, gid);
    for (const name of readdirSync(folder, { recursive: true }))
        lchownSync(join(folder, String(name)), uid, gid);
}
//# sourceMappingURL=account.js.map