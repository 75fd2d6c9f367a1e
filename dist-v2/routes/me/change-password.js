import { useOf } from "../../plugins/binding.js";
import { sessionOf } from "../../plugins/guard.js";
import { serviceError } from "../../sessions/errors.js";
import { checkOwnPassword } from "../check-password.js";
import { assertHardToGuess } from "../new-password.js";
/** How often the stored hash may turn out to be another one, as after a login that upgraded it, before the change is given up: each time costs two hashes. */
const TRIES = 3;
/**
 * Changes the password of this session's account, ends all other sessions and rotates this one.
 * Others are ended twice. Before the change, so that a crash after it leaves no session that was opened with the old password, and so
 * that of two changes at once the other one finds its session ended before it has changed anything;
 * after it, for logins that had read the account before, and which find that out (openUnlessEndedSince).
 * @throws ServiceError `password_unchanged`, `password_too_common`, `wrong_password`, `invalid_session`, `session_too_young`, `reauthentication_required`, and what a login throws
 */
export async function changePassword(app, request, passwords) {
    const session = sessionOf(request);
    const { currentPassword, newPassword } = passwords;
    assertAllowed(passwords, session.profile);
    await app.youngSessions.assertMayEndAll(session);
    let ended = 0;
    for (let i = 0; i < TRIES; i++) {
        const change = await checkOwnPassword(app, request, (admission, isKnown) => app.users.preparePasswordChange(session.profile.email, currentPassword, newPassword, admission, isKnown));
        ended += await app.sessions.endOthers(session, 'password_changed');
        if (!await change.store())
            continue;
        ended += await app.sessions.endAll(session.userId, session.id, { reason: 'password_changed', actor: session.id });
        return { ...await app.sessions.replace(session, useOf(request)), ended };
    }
    throw serviceError('login_busy', 'The account is being changed again and again. Try again in a moment.');
}
function assertAllowed({ currentPassword, newPassword }, account) {
    if (newPassword === currentPassword)
        throw serviceError('password_unchanged', 'The new password is the current one. Choose another.');
    assertHardToGuess(newPassword, account);
}
//# sourceMappingURL=change-password.js.map