import { randomUUID } from 'node:crypto';
import { serviceError } from "../sessions/errors.js";
/** From then on whoever claimed the key counts as dead, and a repetition may be done: longer than any route for services takes. */
const LEASE_MS = 30_000;
/** Whoever lives has answered by then. */
const RETRY_AFTER_SECONDS = '1';
/** What was asked for under an Idempotency-Key is done once. */
export function createIdempotency({ claims, sealsOf, keptMs }) {
    function claimOf(seal, place, owner) {
        return {
            keep: answer => claims.keep(place, owner, seal.close(JSON.stringify(answer), place.fingerprint), keptMs),
            release: () => claims.release(place, owner)
        };
    }
    return {
        /**
         * The answer that this request of that service got before under the key, or the claim to do it. `request` is all that makes it this one.
         * An answer that cannot be opened is a defect: what it answers was done.
         * @throws ServiceError `idempotency_key_reused`, `idempotency_key_in_use`, `store_unavailable`
         */
        async begin(caller, idempotencyKey, request) {
            const owner = randomUUID();
            const all = sealsOf(caller, idempotencyKey).map(seal => ({ seal, place: { tag: seal.tag, name: seal.name, fingerprint: seal.fingerprintOf(request) } }));
            const { state, index, sealed } = await claims.claim(all.map(({ place }) => place), owner, LEASE_MS);
            if (state === 'other')
                throw reused();
            if (state === 'running')
                throw inUse();
            const { seal, place } = all[index];
            return state === 'claimed' ? claimOf(seal, place, owner) : JSON.parse(seal.open(sealed, place.fingerprint));
        }
    };
}
function reused() {
    return serviceError('idempotency_key_reused', 'This Idempotency-Key came with another request before. Nothing was done. Give each request a key of its own, and repeat one exactly as it was.');
}
function inUse() {
    return serviceError('idempotency_key_in_use', 'The first request with this Idempotency-Key has not been answered yet. Repeat yours in a moment: it gets the same answer.', { headers: { 'retry-after': RETRY_AFTER_SECONDS } });
}
//# sourceMappingURL=idempotency.js.map