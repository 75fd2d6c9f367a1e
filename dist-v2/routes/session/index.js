import { useOf } from "../../plugins/binding.js";
import { credentialOf, sessionOf } from "../../plugins/guard.js";
import { giveByCookie } from "../../plugins/successor.js";
import { checkOwnPassword } from "../check-password.js";
import { describeSession } from "../describe-session.js";
import { handOver } from "../hand-over.js";
import { timesAnswer, timestamp } from "../schemas.js";
import { LOGIN_BODY_LIMIT } from "../login/schemas.js";
import * as schemas from "./schemas.js";
const session = async (app) => {
    app.get('/session', { config: { anonymous: true }, schema: schemas.getSession }, async (request) => {
        const current = sessionOf(request);
        return describeSession(await app.sessions.describe(current), current.id);
    });
    app.post('/session/rotate', { config: { anonymous: true }, schema: schemas.rotateSession }, async (request, reply) => {
        const current = sessionOf(request);
        const successor = app.sessions.rotate(current, credentialOf(app, request));
        const inCookie = await giveByCookie(app, request, reply, current, successor);
        return { message: 'Session rotated', ...(!inCookie && { sessionId: successor }) };
    });
    app.post('/session/reauthenticate', {
        config: { strict: true, evenIfMoved: true, problems: ['wrong_password', 'no_password_here', 'too_many_attempts', 'login_busy', 'users_unavailable'] },
        bodyLimit: LOGIN_BODY_LIMIT,
        schema: schemas.reauthenticate
    }, async (request, reply) => {
        const current = sessionOf(request);
        await checkOwnPassword(app, request, async (admission, isKnown) => {
            const user = await app.users.authenticate(current.profile.email, request.body.password, admission, isKnown);
            return user && { user };
        });
        const reopened = await app.sessions.replace(current, useOf(request));
        return { message: 'Password confirmed', ...handOver(app, request, reply, reopened), session: timesAnswer(reopened.session.times) };
    });
    app.post('/session/token', { config: { strict: true, problems: ['audience_not_allowed'] }, schema: schemas.issueToken }, async (request) => {
        const { token, expiresAtMs } = await app.tokens.issue(sessionOf(request), request.body.audience);
        return { token, tokenType: 'Bearer', expiresAt: timestamp(expiresAtMs) };
    });
    app.post('/session/extend', { config: { anonymous: true }, schema: schemas.extendSession }, async (request) => {
        const { grantedSeconds, times } = await app.sessions.extend(sessionOf(request), request.body.seconds);
        return { message: 'Session extended', grantedSeconds, session: timesAnswer(times) };
    });
};
export default session;
//# sourceMappingURL=index.js.map