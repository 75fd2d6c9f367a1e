import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
/** The scripts carry `#!lua` flags, which Redis knows since 7.0. */
const MIN_MAJOR = 7;
/** By preference. The last one is the server too: on Debian it is the same file, which goes by the name it is called with. */
const NAMES = ['redis-server', 'valkey-server', 'redis-check-rdb'];
/** Looks for a Redis or Valkey server on the PATH of `env`. */
export function findRedis(env) {
    const tooOld = [];
    for (const path of candidates(env)) {
        const version = versionOf(path, env);
        if (version === null)
            continue;
        if (Number.parseInt(version, 10) >= MIN_MAJOR)
            return { found: { path, version }, tooOld };
        tooOld.push({ path, version });
    }
    return { found: null, tooOld };
}
function candidates(env) {
    const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
    return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).filter(isExecutable);
}
function versionOf(path, env) {
    const { stdout } = spawnSync(path, ['--version'], { argv0: 'redis-server', env, encoding: 'utf8' });
    return /\bserver v=(\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1] ?? null;
}
function isExecutable(path) {
    try {
        accessSync(path, constants.X_OK);
        return true;
    }
    catch {
        return false;
    }
}
//# sourceMappingURL=binary.js.map