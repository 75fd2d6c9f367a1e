import { Cluster, Redis } from 'ioredis';
import { mastersOf } from "./scripts.js";
/**
 * A connection of its own for what is published where `client` is connected to, not yet connected itself. Of a Cluster it is to one of its
 * masters, any of which hears what is published at the others.
 */
export function createSubscriber(client) {
    return client instanceof Cluster ? subscriberAmong(client) : client.duplicate();
}
/** What a Cluster has for this changes nodes by itself, and nobody is told that messages were missed. */
function subscriberAmong(cluster) {
    const subscriber = new Redis({ ...cluster.options.redisOptions, lazyConnect: true });
    const at = ({ host, port }) => host === subscriber.options.host && port === subscriber.options.port;
    /** The next attempt goes to another master; to the same if it is the only one. */
    function turn() {
        const others = mastersOf(cluster).map(({ options }) => options).filter(options => !at(options));
        const { host, port } = others[Math.floor(Math.random() * others.length)] ?? subscriber.options;
        Object.assign(subscriber.options, { host, port });
    }
    /** A node that has left the Cluster may go on without it, and hears nothing more. */
    function leave() {
        const isKnown = mastersOf(cluster).some(({ options }) => at(options));
        if (!isKnown && subscriber.status === 'ready')
            subscriber.disconnect(true);
    }
    turn();
    subscriber.on('close', turn);
    cluster.on('refresh', leave);
    subscriber.once('end', () => cluster.off('refresh', leave));
    return subscriber;
}
//# sourceMappingURL=subscriber.js.map