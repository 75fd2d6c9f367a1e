import { CHANNEL_PATTERN } from "../sessions/channels/channel.js";
/** A lease at the limit is judged by the sessions of all others, in one script. */
const MOST_LEASES = 100;
/** How many sessions of a user may hold a lease at once, by channel. */
export function channelLimitsOf({ CHANNEL_LIMITS }) {
    return new Map(entriesOf(CHANNEL_LIMITS));
}
/** What is wrong with a CHANNEL_LIMITS value, or null. */
export function channelLimitsFault(text) {
    const seen = [];
    for (const [name, max] of entriesOf(text)) {
        if (!new RegExp(CHANNEL_PATTERN).test(name) || !Number.isInteger(max) || max < 1 || max > MOST_LEASES)
            return `must be a comma-separated list of channel:limit, each channel at most 32 of a-z, 0-9 and - that begin with a letter, and each limit from 1 to ${MOST_LEASES}`;
        if (seen.includes(name))
            return `has the channel ${name} twice`;
        seen.push(name);
    }
    return null;
}
function entriesOf(text = '') {
    return text.split(',').map(entry => entry.trim()).filter(entry => entry !== '').map(entry => {
        const [, name = '', max] = /^([^:]*):(\d{1,4})$/.exec(entry) ?? [];
        return [name, Number(max)];
    });
}
//# sourceMappingURL=channels.js.map