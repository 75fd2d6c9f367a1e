import { assertDemands, sessionOf } from "../../plugins/guard.js";
import { invalidSession } from "../../sessions/alive.js";
import { isAnonymous } from "../../sessions/anonymous.js";
import { ServiceError } from "../../sessions/errors.js";
import * as schemas from "./schemas.js";
/** What a gateway has no use for: nginx makes an error of its own of anything but 2xx, 401 and 403. Either way the credential is worth nothing. */
const sameAsInvalid = ['credentials_disagree', 'too_many_attempts', 'login_required'];
/** Forward authentication: a gateway asks about each request that comes to it, with that request's headers, and goes by the status. */
const verify = async (app) => {
    // The body of the request that is asked about is not looked at, whatever it is.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _body, done) => done(null));
    app.setErrorHandler(error => { throw error instanceof ServiceError && sameAsInvalid.includes(error.code) ? invalidSession() : error; });
    app.get('/verify', {
        config: { forwardAuth: true, anonymous: true, problems: ['forbidden'], strict: ({ query }) => isDemanding(query) },
        schema: schemas.verify
    }, async (request, reply) => {
        const { role, fresh, anonymous } = request.query;
        const session = sessionOf(request);
        if (isAnonymous(session) && anonymous !== 'true')
            throw invalidSession();
        assertDemands(session, role, fresh === undefined ? undefined : Number(fresh));
        return tell(request, reply);
    });
    app.route({ method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], url: '/verify/*', config: { forwardAuth: true }, schema: schemas.verifyPath, handler: async (request, reply) => tell(request, reply) });
};
function isDemanding({ role, fresh }) {
    return role !== undefined || fresh !== undefined;
}
/** Whose request it is, in headers that the gateway passes on; of who has not logged in an empty one, which takes the place of what a client may have sent. */
function tell(request, reply) {
    const session = sessionOf(request);
    const { id, profile: { roles } } = session;
    const userId = isAnonymous(session) ? '' : session.userId;
    reply.headers({ 'x-session-user': userId, 'x-session-id': id, 'x-session-roles': roles.join(',') });
    return { userId, sessionId: id, roles };
}
export default verify;
//# sourceMappingURL=index.js.map