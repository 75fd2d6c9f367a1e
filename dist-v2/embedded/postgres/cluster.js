import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { handOver } from "./account.js";
/** The role that the service uses, and its database, which it owns. */
export const ROLE = 'sessions';
/** The role that may do anything, for tests that make databases of their own. */
const SUPERUSER = 'postgres';
/** Where a home keeps the cluster. */
export const clusterFolder = (home) => join(home, 'data');
/** The data folder, made on first use with the role and the database. Half-made by a crash, it is made again. */
export async function ensureCluster(options) {
    const { home, account, durable } = options;
    const folder = clusterFolder(home);
    if (existsSync(folder))
        return folder;
    const draft = join(home, 'data.new');
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { mode: 0o700 });
    handOver(account, draft);
    const encoding = ['--encoding=UTF8', '--locale=C'];
    await run(options, 'initdb', ['-D', draft, '-U', SUPERUSER, '--auth=trust', '--no-instructions', ...encoding, ...(durable ? [] : ['-N'])]);
    await run(options, 'postgres', ['--single', '-D', draft, 'postgres'], `CREATE ROLE ${ROLE} LOGIN;\nCREATE DATABASE ${ROLE} OWNER ${ROLE};\n`);
    renameSync(draft, folder);
    return folder;
}
async function run({ programs, account, leash, env }, name, args, input = '') {
    const [file = '', ...rest] = [...account.prefix, ...leash, join(programs, 'bin', name), ...args];
    const running = promisify(execFile)(file, rest, { ...account.owner, env, cwd: '/' });
    running.child.stdin?.end(input);
    await running;
}
//# sourceMappingURL=cluster.js.map