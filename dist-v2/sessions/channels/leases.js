import { alive } from "../alive.js";
import { serviceError } from "../errors.js";
/** Places for sessions of a user in channels that have only so many. @throws ServiceError `channel_not_found` from each verb, for one without a limit */
export function createLeases(store, { limits, leaseMs }) {
    function limitOf(name) {
        const limit = limits.get(name);
        if (limit === undefined)
            throw serviceError('channel_not_found', `There are no leases for the channel ${name}: CHANNEL_LIMITS does not name it.`);
        return limit;
    }
    return {
        /** Takes a place, or renews it. @throws ServiceError `lease_limit_reached` */
        async take(session, name) {
            const limit = limitOf(name);
            const { isGiven, leases } = alive(await store.takeLease(session.id, name, { max: limit, leaseMs }));
            if (!isGiven)
                throw full(name, limit, leases);
            return { limit, leases };
        },
        async show(session, name) {
            return { limit: limitOf(name), leases: alive(await store.readLeases(session.id, name)) };
        },
        /** Gives a place back. @throws ServiceError `not_the_holder` */
        async release(session, name) {
            limitOf(name);
            if (!alive(await store.releaseLease(session.id, name)))
                throw serviceError('not_the_holder', `This session has no lease of the channel ${name}. Nothing was changed.`);
        }
    };
}
function full(name, max, leases) {
    return serviceError('lease_limit_reached', `All places in the channel ${name} (${max}) are taken. End one of these sessions, or let it give its place back.`, { extras: { max, holders: leases.map(({ sessionId, untilMs }) => ({ sessionId, until: String(untilMs) })) } });
}
//# sourceMappingURL=leases.js.map