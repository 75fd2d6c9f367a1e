import { originOf } from "../../plugins/binding.js";
import { anonymousOf, isAnonymous } from "../../sessions/anonymous.js";
import { serviceError } from "../../sessions/errors.js";
import { endsNobody } from "../../sessions/policies/young-session.js";
import { checkPassword } from "../check-password.js";
import { refusal } from "../limit-refusal.js";
/** How often others may come between before a login is given up: each time costs a hash. */
const TRIES = 5;
/**
 * Checks the password and opens a session. Begins anew if all sessions of the account were ended meanwhile: then the account
 * may have been disabled, or its password changed, after it was read.
 * @throws ServiceError `login_failed`, `too_many_attempts`, `session_limit_reached` (with the sessions of which one may end), `session_too_young`, `login_busy`, `users_unavailable`, `store_unavailable`
 */
export async function logIn(app, attempt) {
    for (let i = 0; i < TRIES; i++) {
        const opened = await tryOnce(app, attempt);
        if (opened !== null)
            return opened;
    }
    throw serviceError('login_busy', 'Others end all sessions of this account, again and again. Try again in a moment.');
}
/** Null if it has to begin anew. */
async function tryOnce(app, attempt) {
    const readAtMs = performance.now();
    const { email: given, password } = attempt.body;
    const device = knownDevice(app, attempt);
    const user = await checkPassword(app, { email: given, device }, attempt, (admission, isKnown) => app.users.authenticate(given, password, admission, isKnown));
    if (user === null)
        throw serviceError('login_failed', 'Email and password do not belong to an account that may log in.');
    const { id, email, name, roles } = user;
    const isGuarded = app.youngSessions.guards(device);
    if (isGuarded && attempt.body.endSessionId !== undefined)
        throw endsNobody();
    const userId = String(id);
    const cookie = cookieOf(app, attempt);
    const former = cookie === undefined ? null : await app.sessions.validate(cookie);
    const isOwn = former?.userId === userId;
    const { rememberMe, lifetime, endSessionId, rotate = false, deviceId, deviceName, capabilities, keepData } = attempt.body;
    const anonymousSession = await anonymousSessionOf(app, attempt, cookie, former);
    const opened = await app.sessions.openUnlessEndedSince(readAtMs, {
        userId,
        profile: { email, name, roles },
        rememberMe,
        lifetime,
        endSessionId,
        replacedId: isOwn ? former.id : null,
        rotates: rotate || attempt.body.cookie === true,
        anonymous: anonymousOf(anonymousSession, keepData),
        isGuarded,
        deviceId,
        deviceName,
        capabilities,
        ...originOf(attempt)
    }).catch(error => refusal(app, userId, error));
    if (opened !== null && former !== null && !isOwn && !(isAnonymous(former) && anonymousSession === cookie))
        await endForeign(app, former);
    return opened && { user, ...opened, deviceToken: app.deviceTokens.issue(given, device) };
}
/** The credential in the cookie whose place a login by cookie takes. Of several that differ one may have been planted, so none is taken. */
function cookieOf(app, attempt) {
    if (attempt.body.cookie !== true)
        return undefined;
    const [credential, ...others] = new Set(app.sessionCookie.valuesIn(attempt));
    return others.length > 0 ? undefined : credential;
}
/** The anonymous session whose place the login takes, as far as it may be used from where the login comes from. One that is dead may have been taken a moment ago. */
async function anonymousSessionOf(app, attempt, cookie, former) {
    const { anonymousSession = cookie } = attempt.body;
    const session = anonymousSession === undefined || anonymousSession === cookie ? former : await app.sessions.validate(anonymousSession);
    if (session === null)
        return anonymousSession;
    return isAnonymous(session) && await app.mayBeUsedFrom(attempt, session) ? anonymousSession : undefined;
}
/** Another user's session that the browser forgets with this login. If it cannot be ended it ends by itself: nobody is kept out for that. */
async function endForeign(app, session) {
    await app.sessions.end(session, { reason: 'replaced' }).catch(err => app.log.warn({ err }, 'former session of a browser'));
}
/** The device of the token that came with the attempt; null if none is good for this account. */
function knownDevice(app, attempt) {
    const { email, deviceToken } = attempt.body;
    const fromBody = deviceToken === undefined ? [] : [deviceToken];
    return app.deviceTokens.deviceOf([...fromBody, ...app.deviceCookie.valuesIn(attempt)], email);
}
//# sourceMappingURL=log-in.js.map