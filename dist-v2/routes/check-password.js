import { sessionOf } from "../plugins/guard.js";
import { clientAddress } from "../plugins/http/client-address.js";
import { serviceError } from "../sessions/errors.js";
/**
 * What `check` finds, counted by account, by address and in all, or by the known device that it comes from, and waiting among the known then: wherever a password is asked for is a place to guess it.
 * @throws ServiceError `too_many_attempts`, `login_busy`, `users_unavailable`, `store_unavailable`
 */
export async function checkPassword(app, { email, device }, origin, check) {
    const { assertAvailable } = app.sessionStore;
    assertAvailable();
    return app.loginThrottle.counted({ email, address: clientAddress(origin), device }, ({ beforeWait, beforeWork }) => check({
        beforeWait,
        async beforeWork() {
            assertAvailable();
            return beforeWork();
        }
    }, device !== null));
}
/**
 * The same for the account of this request's session. The account is looked for by its email; it has to be the same one still.
 * A live session is as good as a known device: others who guess at the account cannot keep whoever is logged in from proving the
 * password, and whoever stole one session has as many tries with it as a device has.
 * @throws ServiceError `wrong_password`, `no_password_here`, and the above
 */
export async function checkOwnPassword(app, request, check) {
    const { id, userId, profile } = sessionOf(request);
    if (profile.openedBy !== undefined)
        throw noPassword(profile.openedBy);
    const device = app.deviceTokens.deviceOf(app.deviceCookie.valuesIn(request), profile.email) ?? `session:${id}`;
    const proof = await checkPassword(app, { email: profile.email, device }, request, check);
    if (proof === null || String(proof.user.id) !== userId) {
        throw serviceError('wrong_password', 'This is not the current password of the account that is logged in. Nothing has changed: try again.');
    }
    return proof;
}
function noPassword(openedBy) {
    return serviceError('no_password_here', `This session was opened by the service ${openedBy}, for a user who logs in there: there is no password here.`);
}
//# sourceMappingURL=check-password.js.map