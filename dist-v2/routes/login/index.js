import { sessionOf } from "../../plugins/guard.js";
import { isRemembered } from "../../sessions/policies/lifetimes.js";
import { timesAnswer } from "../schemas.js";
import { logIn } from "./log-in.js";
import * as schemas from "./schemas.js";
const login = async (app) => {
    app.post('/login', {
        config: { public: true, problems: ['login_failed', 'cross_site_request', 'session_limit_reached', 'data_limit_exceeded', 'session_too_young', 'too_many_attempts', 'login_busy', 'users_unavailable', 'store_unavailable'] },
        bodyLimit: schemas.LOGIN_BODY_LIMIT,
        schema: schemas.login
    }, async (request, reply) => {
        const inCookie = request.body.cookie === true;
        // Otherwise a page elsewhere could log its visitor in to an account of its own, and see what the visitor does there.
        if (inCookie)
            app.assertOwnSite(request);
        const { user: { id, email, name }, credential, session, deviceToken } = await logIn(app, request);
        const answer = { user: { id, email, name }, session: timesAnswer(session.times) };
        if (!inCookie)
            return { message: 'Login successful', sessionId: credential, ...answer, deviceToken };
        app.sessionCookie.give(request, reply, credential, isRemembered(request.body) ? session.times : undefined);
        app.deviceCookie.set(request, reply, deviceToken, app.deviceTokens.lifetimeSeconds);
        return { message: 'Login successful', ...answer };
    });
    app.post('/logout', { config: { strict: true, evenIfMoved: true, anonymous: true }, schema: schemas.logout }, async (request, reply) => {
        await app.sessions.end(sessionOf(request));
        // Without "cookies", which would take the device token too; the session's own is cleared by name.
        if (app.sessionCookie.clear(request, reply))
            reply.header('clear-site-data', '"cache", "storage"');
        return { message: 'Logged out successfully' };
    });
};
export default login;
//# sourceMappingURL=index.js.map