import { createHash, randomBytes } from 'node:crypto';
const TICKET_MS = 30_000;
/** 32 random bytes in base64url. */
const SYNTAX = /^[A-Za-z0-9_-]{43}$/;
/**
 * What lets a browser open a socket that can send neither a header nor, from another origin, the cookie: good for one opening, for 30 s. The store has only its
 * digest.
 */
export function createTickets(store) {
    return {
        seconds: TICKET_MS / 1000,
        async issue(holder) {
            const ticket = randomBytes(32).toString('base64url');
            await store.put(digestOf(ticket), holder, TICKET_MS);
            return ticket;
        },
        /** Whose it is; null for one that was used, has expired or never was. */
        async holderOf(ticket) {
            return SYNTAX.test(ticket) ? store.find(digestOf(ticket)) : null;
        },
        /** Uses it up. Says whether nobody else has: it lets in who hears so. */
        spend: (ticket) => store.take(digestOf(ticket))
    };
}
function digestOf(ticket) {
    return createHash('sha256').update(ticket).digest('base64url');
}
//# sourceMappingURL=tickets.js.map