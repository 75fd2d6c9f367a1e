import { DEFAULT_LIFETIME, REMEMBER_ME } from "../sessions/policies/lifetimes.js";
const LONGEST_SECONDS = 31_536_000;
/** Every lifetime profile of a configuration. */
export function lifetimesOf(config) {
    return new Map([
        [DEFAULT_LIFETIME, lifetime(config.SESSION_IDLE_SECONDS, config.SESSION_ABSOLUTE_SECONDS)],
        [REMEMBER_ME, lifetime(config.REMEMBER_ME_IDLE_SECONDS, config.REMEMBER_ME_SECONDS)],
        ...entriesOf(config.SESSION_LIFETIMES).map(([name, idle, absolute]) => [name, lifetime(idle, absolute)])
    ]);
}
/** What is wrong with a SESSION_LIFETIMES value, or null. */
export function lifetimesFault(text) {
    const names = [DEFAULT_LIFETIME, REMEMBER_ME];
    for (const [name, ...seconds] of entriesOf(text)) {
        if (!/^[a-z][A-Za-z0-9]{0,31}$/.test(name))
            return 'must be a comma-separated list of name:idle/absolute, each name a lower-case letter and at most 31 letters and digits';
        if (names.includes(name))
            return `has the name ${name} twice; default and rememberMe have variables of their own`;
        if (!seconds.every(value => Number.isInteger(value) && value >= 1 && value <= LONGEST_SECONDS))
            return `must give ${name} two whole numbers of seconds from 1 to ${LONGEST_SECONDS}`;
        names.push(name);
    }
    return null;
}
function entriesOf(text = '') {
    return text.split(',').map(entry => entry.trim()).filter(entry => entry !== '').map(entry => {
        const [, name = '', idle, absolute] = /^([^:]*):(\d+)\/(\d+)$/.exec(entry) ?? [];
        return [name, Number(idle), Number(absolute)];
    });
}
function lifetime(idleSeconds, absoluteSeconds) {
    return { idleMs: idleSeconds * 1000, absoluteMs: absoluteSeconds * 1000 };
}
//# sourceMappingURL=lifetimes.js.map