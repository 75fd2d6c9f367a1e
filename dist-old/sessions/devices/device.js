import Bowser from 'bowser';
import { remembered } from "../remembered.js";
export const deviceTypes = ['desktop', 'mobile', 'tablet', 'tv', 'bot', 'unknown'];
/** What policies/capture.ts leaves of a browser's user agent, if it does not begin with one word that says as much. */
const families = new Set(Object.values(Bowser.BROWSER_MAP));
/** Parsing takes about 50 µs, and the same few hundred texts come again and again. */
export const deviceOf = remembered(parse);
function parse(userAgent) {
    if (userAgent === '')
        return { browser: 'unknown', os: 'unknown', type: 'unknown' };
    if (families.has(userAgent))
        return { browser: userAgent, os: 'unknown', type: 'unknown' };
    const { browser, os, platform } = Bowser.parse(userAgent);
    return { browser: browser.name || productOf(userAgent), os: os.name || 'unknown', type: typeOf(platform.type) };
}
/** What is no browser names itself first: `curl/8.5.0`, `okhttp/4.12`. */
function productOf(userAgent) {
    return /^[A-Za-z][\w.-]{0,31}/.exec(userAgent)?.[0] ?? 'unknown';
}
function typeOf(platform) {
    return deviceTypes.find(type => type === platform) ?? 'unknown';
}
//# sourceMappingURL=device.js.map