import { isRemembered } from "../sessions/policies/lifetimes.js";
/** Gives the client the next credential of its session, by the way that the present one came. */
export async function giveSuccessor(app, request, reply, session, credential) {
    const successor = app.sessions.rotate(session, credential);
    if (!await giveByCookie(app, request, reply, session, successor))
        reply.header('x-session-id', successor);
}
/** The same where only a cookie finds its way back to the client: behind a gateway, which reads the answer's headers itself. */
export async function offerByCookie(app, request, reply, session, credential) {
    await giveByCookie(app, request, reply, session, app.sessions.rotate(session, credential));
}
/** Puts the next credential of a session into the browser if the present one came from there; says whether it did. */
export async function giveByCookie(app, request, reply, session, successor) {
    if (app.sessionCookie.valuesIn(request).length === 0)
        return false;
    const { lifetime, times } = await app.sessions.describe(session);
    app.sessionCookie.give(request, reply, successor, isRemembered({ lifetime }) ? times : undefined);
    return true;
}
//# sourceMappingURL=successor.js.map