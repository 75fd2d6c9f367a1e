import { isRemembered } from "../sessions/policies/lifetimes.js";
/** Gives the client the credential of the session that took the place of its old one: in the cookie alone if the old one came so, otherwise in the answer. */
export function handOver(app, request, reply, { credential, lifetime, session }) {
    // What the guard offered when the old credential was due for its successor leads nowhere any more.
    if (reply.hasHeader('x-session-id'))
        reply.header('x-session-id', credential);
    if (app.sessionCookie.valuesIn(request).length === 0)
        return { sessionId: credential };
    app.sessionCookie.give(request, reply, credential, isRemembered({ lifetime }) ? session.times : undefined);
    return {};
}
//# sourceMappingURL=hand-over.js.map