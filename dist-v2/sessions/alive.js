import { serviceError } from "./errors.js";
/** What the store found, if the session was still alive when it looked. @throws ServiceError `invalid_session` */
export function alive(found) {
    if (found === null)
        throw invalidSession();
    return found;
}
/** The one answer for a credential that is dead, unknown, malformed or forged. */
export function invalidSession() {
    return serviceError('invalid_session', 'The session does not exist or has ended. Log in again.');
}
//# sourceMappingURL=alive.js.map