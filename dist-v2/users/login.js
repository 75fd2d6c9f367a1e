import { canonicalEmail } from "./email.js";
/** Who is it? One question to a hashing thread and one to the database, while a thread is waited for if none is free, whatever the answer will be. */
export function createLogin({ users, passwords, onProven = () => { } }) {
    /**
     * The user and the hash, or `null` for every refusal alike: unknown email, wrong password, disabled account. All refusals are
     * the same amount of work, so neither the answer nor its time tells which one it was.
     * `admission` is asked before the wait for a thread, and when one is free.
     * `isKnown`: from a device that is known for this account, or with a session of it.
     * @throws ServiceError `users_unavailable`, `login_busy`, and what `admission` throws
     */
    async function prove(email, password, admission, isKnown = false) {
        let proven = null;
        const matches = await passwords.verify(password, async () => {
            const { user, passwordHash, levelCost } = await users.findForLogin(email);
            if (user !== null && passwordHash !== null && !user.disabled)
                proven = { user, passwordHash };
            return { storedHash: proven?.passwordHash ?? null, levelCost };
        }, admission, isKnown ? canonicalEmail(email) : null);
        return matches ? proven : null;
    }
    return {
        prove,
        /** The user as `prove` finds them. Whoever listens is told. */
        async authenticate(email, password, admission, isKnown = false) {
            const proven = await prove(email, password, admission, isKnown);
            if (proven === null)
                return null;
            onProven(proven, password);
            return proven.user;
        }
    };
}
//# sourceMappingURL=login.js.map