import { originOf } from "../../plugins/binding.js";
import { isRemembered } from "../../sessions/policies/lifetimes.js";
import { serviceError } from "../../sessions/errors.js";
import { timesAnswer } from "../schemas.js";
import * as schemas from "./schemas.js";
/** Sessions of who has not logged in. */
const anonymousSession = async (app) => {
    app.post('/session/anonymous', {
        config: { public: true, problems: ['cross_site_request', 'route_not_found', 'session_claimed', 'too_many_sessions', 'store_unavailable'] },
        schema: schemas.openAnonymousSession
    }, async (request, reply) => {
        const { cookie = false, rotate = false } = request.body;
        const { lifetime } = app.anonymousSessions;
        if (cookie) {
            // Otherwise a page elsewhere could give its visitor a session that it knows.
            app.assertOwnSite(request);
            const session = await sessionOfCookie(app, request);
            if (session !== null)
                return { message: 'Session goes on', session: timesAnswer(session.times) };
        }
        await app.anonymousSessions.count(request);
        const { credential, session } = await app.sessions.openAnonymous({ lifetime, rotates: rotate || cookie, ...originOf(request) });
        const answer = { message: 'Session opened', session: timesAnswer(session.times) };
        if (!cookie)
            return { ...answer, sessionId: credential };
        app.sessionCookie.give(request, reply, credential, isRemembered({ lifetime }) ? session.times : undefined);
        return answer;
    });
};
/** @throws ServiceError `session_claimed` if a login has just taken its place: the cookie of that login is on its way, and must not be replaced */
async function sessionOfCookie(app, request) {
    const [credential, ...others] = new Set(app.sessionCookie.valuesIn(request));
    if (credential === undefined || others.length > 0)
        return null;
    const session = await app.sessions.validate(credential);
    if (session === null && await app.sessions.wasTaken(credential))
        throw serviceError('session_claimed', 'A login has just taken the place of the session of this cookie. Go on with the cookie that it sets; if there is none, ask again in a minute.');
    return session;
}
export default anonymousSession;
//# sourceMappingURL=index.js.map