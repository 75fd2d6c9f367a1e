import { createCall } from "./call.js";
import { withDeadline } from "./deadline.js";
/** IdempotencyClaims over Redis: all places of one Idempotency-Key are in one slot, each verb is one script call. */
export function createIdempotencyClaims(options) {
    const { client, keys, timeoutMs } = options;
    const { call } = createCall(options);
    const keyOf = ({ tag, name }) => keys.idempotency(tag, name);
    /** Sent whatever is known of the link: it follows what Redis has not answered in time, and may do yet. */
    function settle(place, owner, sealed, keptMs) {
        return withDeadline(timeoutMs, client.idempotencySettle(keyOf(place), owner, sealed, keptMs)).then(settled => settled === 1, () => false);
    }
    return {
        async claim(places, owner, leaseMs) {
            try {
                const [state, index, sealed] = await call(() => client.idempotencyClaim(places.length, ...places.map(keyOf), owner, leaseMs, ...places.map(({ fingerprint }) => fingerprint)));
                return { state, index, sealed };
            }
            catch (error) {
                // What Redis has not answered in time it may do yet: then the claim is nobody's.
                settle(places[0], owner, '', 0);
                throw error;
            }
        },
        keep: settle,
        async release(place, owner) {
            await settle(place, owner, '', 0);
        }
    };
}
//# sourceMappingURL=idempotency-claims.js.map