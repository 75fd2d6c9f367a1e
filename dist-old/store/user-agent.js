import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LONGEST_USER_AGENT } from "../sessions/devices/surroundings.js";
import { remembered } from "../sessions/remembered.js";
/**
 * The preset dictionary of RFC 1951 deflate: what user agents are made of, the most frequent last. Changing a byte makes stored
 * ones unreadable: a new dictionary needs a new mark in front of the packed text.
 */
const dictionary = Buffer.from([
    'curl/8. okhttp/4. Dalvik/2.1.0 (Linux; U; Android PostmanRuntime/7. python-requests/2. Go-http-client/1.1 node axios/1.',
    'Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/7.0 TV Safari/537.36',
    'Mozilla/5.0 (Web0S; Linux/SmartTV) CrKey/1.56. Roku/DVP-12.0 AppleTV PlayStation Nintendo Xbox CFNetwork/1 Darwin/2',
    'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/1',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:120.0) Gecko/20100101 Firefox/',
    'Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0. FxiOS/120.0 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15',
    'Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36',
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36 OPR/7',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0'
].join('\n'));
/** The text in base64url of its deflated bytes: a browser's 111 characters become 11 to 40. The same few thousand come again and again. */
export const packUserAgent = remembered(packed);
function packed(userAgent) {
    if (userAgent === '')
        return '';
    return deflateRawSync(Buffer.from(userAgent.slice(0, LONGEST_USER_AGENT)), { dictionary, level: 9 }).toString('base64url');
}
/** The text, or '' if it cannot be read: one damaged entry must not cost its user the whole list. */
export const unpackUserAgent = remembered(unpacked);
function unpacked(packed) {
    try {
        return inflateRawSync(Buffer.from(packed, 'base64url'), { dictionary }).toString();
    }
    catch {
        return '';
    }
}
//# sourceMappingURL=user-agent.js.map