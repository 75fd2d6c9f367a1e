import { costOf } from "./passwords/scheme.js";
/**
 * Hashes a password anew when the stored cost is not the wanted one: a login is the only moment at which it is known. Nobody waits
 * for it, and it gives way: to a full queue, and to a password that was changed meanwhile.
 */
export function createHashUpgrade({ users, passwords, costsFor, onError }) {
    return function upgrade({ user, passwordHash }, password) {
        const costs = costsFor(user);
        if (costs.includes(costOf(passwordHash)))
            return;
        passwords.hash(password, costs[0])
            .then(hash => users.replacePasswordHash(user.id, passwordHash, hash))
            .catch(onError);
    };
}
//# sourceMappingURL=hash-upgrade.js.map