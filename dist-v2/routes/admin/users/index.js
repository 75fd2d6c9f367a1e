import { sessionOf } from "../../../plugins/guard.js";
import { serviceError } from "../../../sessions/errors.js";
import { assertHardToGuess, PASSWORDS_BODY_LIMIT } from "../../new-password.js";
import { proofs } from "../../proof.js";
import { timestamp } from "../../schemas.js";
import * as schemas from "./schemas.js";
const users = async (app) => {
    const role = 'admin';
    const bodyLimit = PASSWORDS_BODY_LIMIT;
    const cursors = app.cursorsOf('accounts');
    /** The history of the sessions that end has the session of the administrator as their actor. */
    function administrationBy(request) {
        const actor = sessionOf(request).id;
        return app.users.administration({
            endSessions: (userId, reason) => app.sessions.endAll(userId, null, { reason, actor }),
            eraseHistory: app.sessions.eraseHistory
        });
    }
    app.get('/admin/users', {
        config: { role, ...proofs.listUsers, problems: ['malformed_cursor', 'users_unavailable'] },
        schema: schemas.listUsers
    }, async ({ query: { limit, cursor } }) => {
        // One more than the page tells whether there is a next one.
        const accounts = await app.users.list(cursor === undefined ? 0 : Number(cursors.textIn(cursor)), Number(limit) + 1);
        const page = accounts.slice(0, Number(limit));
        const last = accounts.length > page.length ? page.at(-1) : undefined;
        return { users: page.map(describe), nextCursor: last && cursors.cursorOf(String(last.id)) };
    });
    app.post('/admin/users', {
        config: { role, ...proofs.createUser, problems: ['password_too_common', 'email_taken', 'login_busy', 'users_unavailable'] },
        bodyLimit,
        schema: schemas.createUser
    }, async (request, reply) => {
        const { roles = [], ...account } = request.body;
        assertHardToGuess(account.password, account);
        const user = await administrationBy(request).add({ ...account, roles });
        return reply.code(201).send({ message: 'User created', user: describe(user) });
    });
    app.patch('/admin/users/:userId', {
        config: { role, ...proofs.updateUser, problems: ['user_not_found', 'own_account', 'users_unavailable'] },
        bodyLimit,
        schema: schemas.updateUser
    }, async (request) => {
        const { disabled, roles } = request.body;
        const locksOut = disabled === true || roles?.includes(role) === false;
        if (locksOut && isOwn(request, request.params.userId))
            throw serviceError('own_account', 'Your own account cannot be disabled or lose the role admin here, so that nobody locks everybody out. Another administrator can do it.');
        const { user, endedSessions } = await administrationBy(request).change(Number(request.params.userId), { disabled, roles });
        return { message: 'User changed', user: describe(user), ended: endedSessions };
    });
    app.delete('/admin/users/:userId', {
        config: { role, ...proofs.deleteUser, problems: ['user_not_found', 'own_account', 'users_unavailable'] },
        schema: schemas.deleteUser
    }, async (request) => {
        if (isOwn(request, request.params.userId))
            throw serviceError('own_account', 'Your own account cannot be deleted here, so that nobody locks everybody out. Another administrator can do it.');
        const { endedSessions } = await administrationBy(request).remove(Number(request.params.userId));
        return { message: 'User deleted', ended: endedSessions };
    });
    app.post('/admin/users/:userId/password', {
        config: { role, ...proofs.setUserPassword, problems: ['password_too_common', 'user_not_found', 'own_account', 'login_busy', 'users_unavailable'] },
        bodyLimit,
        schema: schemas.setUserPassword
    }, async (request) => {
        const { password } = request.body;
        if (isOwn(request, request.params.userId))
            throw serviceError('own_account', 'Your own password is changed with POST /me/password, which asks for the current one.');
        const administration = administrationBy(request);
        const account = await administration.find(Number(request.params.userId));
        assertHardToGuess(password, account);
        const { endedSessions } = await administration.setPassword(account.id, { password });
        return { message: 'Password set', ended: endedSessions };
    });
};
function isOwn(request, userId) {
    return userId === sessionOf(request).userId;
}
function describe({ id, email, name, roles, disabled, createdAtMs }) {
    return { id, email, name, roles, disabled, createdAt: timestamp(createdAtMs) };
}
export default users;
//# sourceMappingURL=index.js.map