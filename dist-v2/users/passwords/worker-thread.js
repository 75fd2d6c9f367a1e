import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
/** What this process has compiled, under the file it was compiled of. */
const compiled = new Map();
/**
 * The worker file beside the given module and the options its thread needs: JavaScript once built. Before, TypeScript is
 * compiled once a process; a thread with a loader of its own takes three times as long to begin.
 */
export function workerThread(moduleUrl) {
    const extension = extname(moduleUrl);
    const filename = fileURLToPath(new URL(`./worker${extension}`, moduleUrl));
    if (extension !== '.ts')
        return { options: { filename, execArgv: [] }, remove: () => { } };
    const script = compiled.get(filename) ?? compile(filename);
    compiled.set(filename, script);
    const folder = mkdtempSync(join(tmpdir(), 'sessions-worker-'));
    const file = join(folder, 'worker.cjs');
    writeFileSync(file, script);
    return {
        // What NODE_OPTIONS ask of processes (loaders, mostly) is not asked of it.
        options: { filename: file, execArgv: [], env: { NODE_OPTIONS: '' } },
        remove: () => { rmSync(folder, { recursive: true, force: true }); }
    };
}
function compile(filename) {
    const esbuild = createRequire(filename)('esbuild');
    const { outputFiles } = esbuild.buildSync({ entryPoints: [filename], bundle: true, platform: 'node', format: 'cjs', write: false });
    return outputFiles.map(({ text }) => text).join('');
}
//# sourceMappingURL=worker-thread.js.map