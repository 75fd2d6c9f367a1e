import { withDeadline } from "./deadline.js";
/** How often the link proves that it is alive. */
const HEARTBEAT_MS = 250;
/**
 * Watches the connection: a heartbeat keeps a healthy link talking and opens the circuit when it gets no answer, so that
 * requests are refused at once instead of each waiting for its own timeout. The first answer closes it again; a new
 * connection is asked at once.
 * On a Cluster the circuit stays closed: one silent node must not refuse the slots of the others.
 */
export function watchLink(client, { ask, timeoutMs, onChange }) {
    let isUp = true;
    let asking = false;
    function settle(answered) {
        asking = false;
        const up = answered || client.isCluster;
        if (up !== isUp)
            onChange(up);
        isUp = up;
    }
    function beat() {
        if (asking)
            return;
        asking = true;
        withDeadline(timeoutMs, ask()).then(() => settle(true), () => settle(false));
    }
    const timer = setInterval(beat, HEARTBEAT_MS).unref();
    client.on('ready', beat);
    return {
        isAvailable: () => isUp && client.status === 'ready',
        close() {
            clearInterval(timer);
            client.off('ready', beat);
        }
    };
}
//# sourceMappingURL=link.js.map