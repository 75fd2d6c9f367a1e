import { pino } from 'pino';
/**
 * Gives the service its log, whose error serializer lets nothing through that a request or a command carried. Fastify itself is told of none: with
 * one it listens for the end of each answer and makes a logger for each request, whether a line is written or not.
 */
export function useLog(app, level, stream) {
    const log = pino({ level, serializers: { err: errorForLog, error: errorForLog, req: nothing, res: nothing } }, stream);
    app.log = log;
    app.setChildLoggerFactory((_none, bindings, options) => new RequestLog(() => log.child(bindings, options)));
}
/** What a request or an answer carries is in no line: credentials, cookies, data. */
const nothing = () => undefined;
/** The log of one request, made when it is first asked. */
class RequestLog {
    #make;
    #made;
    constructor(make) {
        this.#make = make;
    }
    get level() { return this.#own.level; }
    set level(level) { this.#own.level = level; }
    child(...options) { return this.#own.child(...options); }
    silent(...line) { this.#write('silent', line); }
    trace(...line) { this.#write('trace', line); }
    debug(...line) { this.#write('debug', line); }
    info(...line) { this.#write('info', line); }
    warn(...line) { this.#write('warn', line); }
    error(...line) { this.#write('error', line); }
    fatal(...line) { this.#write('fatal', line); }
    get #own() {
        this.#made ??= this.#make();
        return this.#made;
    }
    #write(level, line) {
        this.#own[level](...line);
    }
}
/**
 * Name, message, code and stack. Errors of ioredis carry `command.args` and `previousErrors`, those of pg the values of a
 * row: session data and passwords, so members are chosen, not removed.
 */
export function errorForLog(error) {
    if (!(error instanceof Error))
        return { type: typeof error, message: 'not an error object', stack: '' };
    return {
        type: error.name,
        message: withoutArguments(error.message),
        ...('code' in error && { code: error.code }),
        stack: withoutArguments(error.stack ?? ''),
        ...(error.cause !== undefined && { cause: errorForLog(error.cause) })
    };
}
/** Redis repeats the arguments of a command that it does not know. */
function withoutArguments(text) {
    return text.replace(/, with args beginning with:.*$/gm, '');
}
//# sourceMappingURL=logger.js.map