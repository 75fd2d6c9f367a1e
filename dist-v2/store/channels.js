import { MOST_CHANNELS } from "../sessions/channels/channel.js";
import { touchText } from "./everybody.js";
/** What sessions of a user hold: channels of which one has all, and places in those that have several. */
export function createChannels({ client, keys, ...options }, call) {
    const touch = touchText(options);
    return {
        async takeChannel(id, name, { state, ifVersion }) {
            const reply = await call(() => client.channelTake(keys.session(id), touch(), name, state ?? '', ifVersion ?? '', MOST_CHANNELS));
            if (reply === null)
                return null;
            switch (reply[0]) {
                case 'ok': return { outcome: 'taken', notice: reply[4] || null, channel: { version: Number(reply[1]), holder: id, sinceMs: Number(reply[2]), state: reply[3] } };
                case 'conflict': return { outcome: 'conflict', version: Number(reply[1]) };
                case 'channels': return { outcome: 'too-many-channels' };
            }
        },
        async readChannel(id, name) {
            const reply = await call(() => client.channelRead(keys.session(id), touch(), name));
            if (reply === null)
                return null;
            const [version, since, holder, state] = reply;
            return { version: Number(version), holder: holder || null, sinceMs: holder === '' ? null : Number(since), state };
        },
        async releaseChannel(id, name) {
            const reply = await call(() => client.channelRelease(keys.session(id), touch(), name));
            return reply === null ? null : reply === 1;
        },
        async takeLease(id, name, { max, leaseMs }) {
            const reply = await call(() => client.leaseTake(keys.session(id), touch(), name, max, leaseMs));
            if (reply === null)
                return null;
            const [outcome, ...leases] = reply;
            return { isGiven: outcome === 'ok', leases: leasesOf(leases) };
        },
        async readLeases(id, name) {
            const reply = await call(() => client.leasesRead(keys.session(id), touch(), name));
            return reply === null ? null : leasesOf(reply);
        },
        async releaseLease(id, name) {
            const reply = await call(() => client.leaseRelease(keys.session(id), touch(), name));
            return reply === null ? null : reply === 1;
        }
    };
}
function leasesOf(pairs) {
    return pairs.flatMap((sessionId, i) => i % 2 === 0 ? [{ sessionId, untilMs: Number(pairs[i + 1]) }] : []);
}
//# sourceMappingURL=channels.js.map