import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
const READY_MS = 30_000;
const PATIENCE_MS = 5000;
const RESTART_PAUSE_MS = 250;
/** Starts a server, resolves when it answers, and starts it again whenever it dies by itself. */
export async function supervise(program, log) {
    let child = launch(program);
    let stopping = false;
    const stopNow = () => { signal(child, program.stopSignal); };
    await answers(program, child);
    process.on('exit', stopNow);
    const ended = keepAlive();
    async function keepAlive() {
        for (;;) {
            await exit(child);
            if (stopping)
                return;
            log.error({ exitCode: child.exitCode, signal: child.signalCode }, `${program.name} died, starting it again; see ${program.logFile}`);
            await sleep(RESTART_PAUSE_MS);
            if (!stopping)
                child = launch(program);
        }
    }
    return {
        pid: () => child.pid,
        async stop() {
            stopping = true;
            await end(child, program);
            await ended;
            process.off('exit', stopNow);
        }
    };
}
/** In a session of its own, so that Ctrl-C in the terminal reaches the service alone, which stops its servers last. */
function launch(program) {
    const [file = '', ...args] = program.command;
    const output = openSync(program.logFile, 'a', 0o600);
    const { env, uid, gid } = program;
    const child = spawn(file, args, { env, uid, gid, detached: true, stdio: ['ignore', output, output] });
    closeSync(output);
    child.on('error', () => { });
    return child;
}
async function answers(program, child) {
    const deadline = Date.now() + (program.readyMs ?? READY_MS);
    while (!await program.isReady()) {
        if (isDone(child) || Date.now() > deadline) {
            signal(child, 'SIGKILL');
            throw new Error(`${program.name} did not start. The end of ${program.logFile}:\n${tail(program.logFile)}`);
        }
        await sleep(10);
    }
}
async function end(child, program) {
    if (isDone(child))
        return;
    signal(child, program.stopSignal);
    const killing = setTimeout(() => signal(child, 'SIGKILL'), program.patienceMs ?? PATIENCE_MS);
    await exit(child);
    clearTimeout(killing);
}
/** Node passes a signal for a program that could not be started on to process 0, which is our whole process group. */
function signal(child, name) {
    if (!isDone(child))
        child.kill(name);
}
async function exit(child) {
    if (!isDone(child))
        await once(child, 'exit');
}
function isDone(child) {
    return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
function tail(file) {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
}
//# sourceMappingURL=supervisor.js.map