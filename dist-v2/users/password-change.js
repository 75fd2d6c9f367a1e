import { canonicalEmail } from "./email.js";
/** The new password of somebody who knows the current one. */
export function createPasswordChange({ users, passwords, prove }) {
    return {
        /**
         * Checks the current password as a login does and hashes the new one; changes nothing. `null` for every refusal alike.
         * `isKnown`, as at a login, holds for both hashes.
         * @throws ServiceError `users_unavailable`, `login_busy`, and what `admission` throws
         */
        async preparePasswordChange(email, currentPassword, newPassword, admission, isKnown = false) {
            const proven = await prove(email, currentPassword, admission, isKnown);
            if (proven === null)
                return null;
            const newHash = await passwords.hash(newPassword, undefined, isKnown ? canonicalEmail(email) : null);
            return { user: proven.user, store: () => users.replacePasswordHash(proven.user.id, proven.passwordHash, newHash) };
        }
    };
}
//# sourceMappingURL=password-change.js.map