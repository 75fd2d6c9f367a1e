import { serviceError } from "../sessions/errors.js";
import { presentedCredential, authorizationsOf } from "./http/presented-credential.js";
/** Of the names in Sec-WebSocket-Protocol: what the socket speaks, and what a ticket comes behind. */
export const SUBPROTOCOL = 'session-events.v1';
const TICKET_PREFIX = 'ticket.';
/**
 * The guard of what goes on after it was let in. Beside a session's credential a ticket opens it (events/tickets.ts), from where the credential would. With the cookie, a socket has to come from a page of the service or of
 * CORS_ORIGINS: no browser keeps a page of another origin from reading what comes through a socket, as it does with answers.
 */
export function liveGuardOf(app, guard) {
    async function redeem(request, ticket) {
        const { hub, tickets } = app.events;
        const holder = await tickets.holderOf(ticket);
        if (holder === null || !await hub.isAlive(holder))
            throw app.invalidCredential(request);
        assertSame(app, request, holder);
        await app.assertBinding(request, { ...holder, lastOrigin: null });
        // Last: whoever is not let in, or cannot be judged, comes again with it.
        if (!await tickets.spend(ticket))
            throw app.invalidCredential(request);
        request.ticketHolder = holder;
    }
    return (request, reply, done) => {
        const ticket = request.ws ? ticketIn(request) : null;
        if (ticket !== null) {
            redeem(request, ticket).then(() => done(), done);
            return;
        }
        if (app.sessionCookie.valuesIn(request).length > 0)
            app.assertOwnOrigin(request);
        guard(request, reply, done);
    };
}
/** The credential that came with the request, as a text; null without one. */
export function presentedIn(app, request) {
    return presentedCredential(request.headers['x-session-id'], authorizationsOf(request), app.sessionCookie.valuesIn(request));
}
/** @throws ServiceError `credentials_disagree` if the request has the credential of another session than that of its ticket */
function assertSame(app, request, { id }) {
    const credential = presentedIn(app, request);
    if (credential !== null && credential.split('.')[0] !== id)
        throw serviceError('credentials_disagree', 'The ticket is of another session than the credential that came with it. Send one of them.');
}
function ticketIn({ headers }) {
    const protocols = headers['sec-websocket-protocol']?.split(',').map(name => name.trim()) ?? [];
    return protocols.find(name => name.startsWith(TICKET_PREFIX))?.slice(TICKET_PREFIX.length) ?? null;
}
//# sourceMappingURL=live-guard.js.map