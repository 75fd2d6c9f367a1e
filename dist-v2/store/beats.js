import { mastersOf } from "./scripts.js";
/** How long a beat that came back is a proof. */
const PROOF_LASTS_MS = 500;
/**
 * Messages to oneself, one through every master. A master's messages keep their order, so what it published before a beat that came
 * back has been heard; of the other masters, whose links to the node that is listened to are others, that says nothing.
 */
export function createBeats(client, channel) {
    const provenUntilMs = new Map();
    const untilOf = (master) => provenUntilMs.get(master) ?? 0;
    return {
        send: () => Promise.all(mastersOf(client).map(master => master.publish(channel, `${performance.now()} ${nameOf(master)}`))),
        hear(message) {
            const [sentAtMs, name] = message.split(' ');
            const senders = mastersOf(client).filter(master => nameOf(master) === name);
            for (const master of senders)
                provenUntilMs.set(master, Number(sentAtMs) + PROOF_LASTS_MS);
        },
        /** Whether the last beat of each that is a master now still is a proof. Where no master is known there is none. */
        areHeard: (nowMs) => provenUntilMs.size > 0 && mastersOf(client).every(master => nowMs <= untilOf(master)),
        /** The moment of the oldest of these beats: whatever was published before it has been heard. */
        heardUntilMs: () => Math.min(...mastersOf(client).map(untilOf)) - PROOF_LASTS_MS,
        forget: () => provenUntilMs.clear()
    };
}
function nameOf({ options: { host, port } }) {
    return `${host}:${port}`;
}
//# sourceMappingURL=beats.js.map