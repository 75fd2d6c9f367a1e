import { slotOf } from "../sessions/credential.js";
export function createKeys(prefix) {
    return {
        session: (id) => `${prefix}session:{${slotOf(id)}}${hexOf(id)}`,
        sessionClaim: (id) => `${prefix}session-claim:{${slotOf(id)}}${hexOf(id)}`,
        userSessions: (tag, userId) => `${prefix}user-sessions:{${tag}}:${userId}`,
        userActivity: (tag, userId) => `${prefix}user-activity:{${tag}}:${userId}`,
        userData: (tag, userId) => `${prefix}user-data:{${tag}}:${userId}`,
        userChannels: (tag, userId) => `${prefix}user-channels:{${tag}}:${userId}`,
        userLeases: (tag, userId) => `${prefix}user-leases:{${tag}}:${userId}`,
        notBeforeEverybody: (tag) => `${prefix}not-before-everybody:{${tag}}`,
        notBefore: (tag) => `${prefix}not-before:{${tag}}`,
        revoked: (tag) => `${prefix}revoked:{${tag}}`,
        revocations: `${prefix}revocations:{feed}`,
        revocationsMover: `${prefix}revocations-mover:{feed}`,
        liveSessions: `${prefix}live-sessions`,
        loginFailures: (policy, subject) => `${prefix}login-failures:${policy}:${subject}`,
        userEvents: (tag, userId) => `${prefix}user-events:{${tag}}:${userId}`,
        userPresence: (tag, userId) => `${prefix}user-presence:{${tag}}:${userId}`,
        eventsInstance: (instance) => `${prefix}events-instance:${instance}`,
        eventTicket: (digest) => `${prefix}event-ticket:${digest}`,
        idempotency: (tag, name) => `${prefix}idempotency:{${tag}}${name}`,
        clientAssertion: (digest) => `${prefix}client-assertion:${digest}`,
        /** A channel: the slot tag of each session that is not any more what it was (lua/includes/session.lua). */
        sessionChanges: `${prefix}session-changes`,
        /** A channel: slot tag and user of whose log something was added to (lua/includes/events.lua). */
        eventNews: `${prefix}session-changes:events`,
        eventReceipts: `${prefix}session-changes:receipts`,
        /** A channel: something was added to the feed of revocations. */
        revocationNews: `${prefix}session-changes:revocations`,
        recountLock: `${prefix}live-sessions-recount`,
        /** Made and deleted in one step (lua/storePacking-1.lua). */
        packingProbe: `${prefix}packing-probe`,
        /** For SCAN in maintenance: every session record and nothing else; every index of a user; every claim. */
        everySession: `${prefix}session:{*`,
        everyIndex: `${prefix}user-sessions:{*`,
        everyClaim: `${prefix}session-claim:{*`
    };
}
/** The id's hex digits after the tag. */
function hexOf(id) {
    return id.slice(4, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
}
//# sourceMappingURL=keys.js.map