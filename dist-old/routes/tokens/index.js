import { loginRequired } from "../../plugins/guard.js";
import { isAnonymous } from "../../sessions/anonymous.js";
import { serviceError } from "../../sessions/errors.js";
import { timestamp } from "../schemas.js";
import * as schemas from "./schemas.js";
/** Tokens about sessions, for services that pass a request on to others that verify by themselves. */
const tokens = async (app) => {
    app.post('/v1/tokens', { config: { scope: 'tokens:issue', problems: ['audience_not_allowed', 'session_not_found', 'login_required'] }, schema: schemas.issueTokenFor }, async (request) => {
        const session = await app.sessions.validate(request.body.token, true);
        if (session === null)
            throw serviceError('session_not_found', 'This credential is of no live session. Have its user log in again.');
        if (isAnonymous(session))
            throw loginRequired();
        const { token, expiresAtMs } = await app.tokens.issue(session, request.body.audience);
        return { token, tokenType: 'Bearer', expiresAt: timestamp(expiresAtMs) };
    });
};
export default tokens;
//# sourceMappingURL=index.js.map