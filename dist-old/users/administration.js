import { invalidMember, serviceError } from "../sessions/errors.js";
import { canonicalEmail, EMAIL_MAX_LENGTH, isEmail } from "./email.js";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "./passwords/guessable.js";
import { costOf, isPasswordHash } from "./passwords/scheme.js";
import { ROLE_PATTERN } from "./user.js";
/**
 * What an operator does with accounts. Whatever takes something away from an account (its access, its password, its
 * roles) first changes the account and then ends its sessions, because a live session knows its user as of its login.
 * Repeating a change ends the sessions again, so that one which came half-way is made whole by asking for it once more.
 * @throws ServiceError `validation_failed`, `email_taken`, `user_not_found`, `users_unavailable`, `login_busy`, and what `endSessions` throws
 */
export function createAdministration({ users, passwords, endSessions, eraseHistory }) {
    async function ended(reason, user) {
        return { user, endedSessions: await endSessions(String(user.id), reason) };
    }
    async function hashOf(secret) {
        if ('passwordHash' in secret)
            return checkedHash(secret.passwordHash);
        return passwords.hash(checkedPassword(secret.password));
    }
    /**
     * Disabled first, so that nobody logs in while the sessions end, and removed last, so that one which came half-way can be asked for again.
     * Whoever enables the account meanwhile lets logins in, so all of it begins anew.
     */
    async function remove(who) {
        const user = known(await users.setDisabled(who, true), who);
        const changed = await ended('account_deleted', user);
        await eraseHistory(String(user.id));
        return await users.remove(user.id) ? changed : remove(user.id);
    }
    return {
        remove,
        async add({ email, name, roles, ...secret }) {
            checkEmail(email);
            check('name', /^\P{Cc}{1,200}$/u.test(name), 'A name has 1 to 200 characters and no control characters.');
            checkRoles(roles);
            // Asked before the work: nothing is hashed for an email that is taken, or while the database is away.
            if (await users.find(email) !== null)
                throw taken(email);
            const user = await users.add({ email, name, roles, passwordHash: await hashOf(secret) });
            if (user === null)
                throw taken(email);
            return user;
        },
        async find(who) {
            return known(await users.find(who), who);
        },
        /** Both at once, in one statement. */
        async change(who, { disabled, roles }) {
            checkRoles(roles ?? []);
            const user = known(await users.change(who, { disabled, roles }), who);
            if (disabled === true)
                return ended('disabled', user);
            return roles === undefined ? { user, endedSessions: 0 } : ended('roles_changed', user);
        },
        async setPassword(who, secret) {
            return ended('password_changed', known(await users.setPasswordHash(who, await hashOf(secret)), who));
        }
    };
}
function check(member, holds, advice) {
    if (!holds)
        throw invalidMember(member, advice);
}
function taken(email) {
    return serviceError('email_taken', `The email ${email} is taken.`);
}
function known(user, who) {
    if (user === null)
        throw serviceError('user_not_found', typeof who === 'number' ? `There is no account ${who}.` : `Nobody has the email ${who}.`);
    return user;
}
function checkEmail(email) {
    check('email', isEmail(canonicalEmail(email)), `An email has at most ${EMAIL_MAX_LENGTH} characters, an @ in the middle and no spaces.`);
}
function checkRoles(roles) {
    check('roles', roles.every(role => new RegExp(ROLE_PATTERN).test(role)), 'A role has 1 to 32 lower-case letters, digits and dashes and starts with a letter.');
}
function checkedPassword(password) {
    const { length } = [...password];
    check('password', length >= PASSWORD_MIN_LENGTH && length <= PASSWORD_MAX_LENGTH, `A password has ${PASSWORD_MIN_LENGTH} to ${PASSWORD_MAX_LENGTH} characters.`);
    return password;
}
function checkedHash(hash) {
    check('passwordHash', isPasswordHash(hash) && costOf(hash) >= 4 && costOf(hash) <= 16, 'A hash is a bcrypt hash ($2a$, $2b$ or $2y$) of a cost from 4 to 16.');
    return hash;
}
//# sourceMappingURL=administration.js.map