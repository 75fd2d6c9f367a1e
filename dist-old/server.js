/** The process: configuration, start, signals, exit codes. */
import { setFlagsFromString } from 'node:v8';
import closeWithGrace from 'close-with-grace';
import { banner } from "./banner.js";
import { loadConfig } from "./config.js";
import { startInstance } from "./instance.js";
/** Signals of a broken program: caught, the faulty instruction would run again for ever. */
const crashes = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'];
// What the near-cache remembers lives for a second, which is old to V8: by itself it lets such garbage grow to several times what is alive (docs/performance.md).
setFlagsFromString('--heap-growing-percent=50');
const config = readConfig();
const logStream = holdBack(process.stdout);
const starting = startInstance(config, { logStream, tell: (sentence) => process.stdout.write(`${sentence}\n`) });
closeWithGrace({ delay: config.SHUTDOWN_SECONDS * 1000, skip: [...crashes] }, async ({ err }) => {
    if (err !== undefined)
        complain(err);
    // A signal during the start waits for it, so that nothing is left half-started.
    const instance = await starting;
    await instance.stop();
});
try {
    const { url } = await starting;
    process.stdout.write(banner(config, url));
    logStream.release();
}
catch (error) {
    logStream.release();
    complain(error);
    process.exit(1);
}
function readConfig() {
    try {
        return loadConfig(process.env);
    }
    catch (error) {
        complain(error);
        process.exit(1);
    }
}
/** One sentence for a person; the stack only for whoever debugs. */
function complain(error) {
    const { message, stack, cause } = Object(error);
    const reason = cause instanceof Error ? ` (${cause.message})` : '';
    process.stderr.write(`${message}${reason}\n`);
    if (process.env.LOG_LEVEL === 'debug')
        process.stderr.write(`${stack}\n`);
}
/** Keeps log lines back until the banner is out, which has to come first and needs the port. */
function holdBack(stream) {
    const held = [];
    let isHolding = true;
    return {
        write: (line) => isHolding ? held.push(line) > 0 : stream.write(line),
        release() {
            isHolding = false;
            for (const line of held)
                stream.write(line);
        }
    };
}
//# sourceMappingURL=server.js.map