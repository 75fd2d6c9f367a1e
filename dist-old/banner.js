import { resolve } from 'node:path';
import { demoUsers } from "./users/demo.js";
/** What a person at the terminal is told once the service can be used. */
export function banner(config, url) {
    const rows = [
        ['docs', `${url}/docs`],
        ...(config.DEMO_USERS ? demoUsers.map(({ email, password }) => ['login', `${email} / ${password}`]) : []),
        ...privateParts(config),
        ['stop', 'Ctrl-C']
    ];
    return `Session service on ${url}\n${rows.map(([name = '', text]) => `  ${name.padEnd(7)}${text}\n`).join('')}`;
}
function privateParts({ REDIS_URL, DATABASE_URL, DATA_DIR }) {
    const names = [...(REDIS_URL === undefined ? ['Redis'] : []), ...(DATABASE_URL === undefined ? ['PostgreSQL'] : [])];
    return names.length === 0 ? [] : [['data', `${resolve(DATA_DIR)} (private ${names.join(' and ')}; npm run clean removes it)`]];
}
/** The URL under which a person reaches what a server listens on. */
export function urlOf(listening) {
    if (listening === null || typeof listening === 'string')
        throw new Error('The service does not listen on a port.');
    const { address, port, family } = listening;
    // A wildcard is no place to go to.
    if (address === '0.0.0.0' || address === '::')
        return `http://localhost:${port}`;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
//# sourceMappingURL=banner.js.map