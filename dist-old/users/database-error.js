import pg from 'pg';
import { serviceError } from "../sessions/errors.js";
/**
 * SQLSTATE classes in which the server refuses or cannot work: connection (08), authorization (28), unknown database (3D),
 * resources (53), operator intervention (57), system (58). PostgreSQL documentation, appendix A.
 */
const refusing = /^(08|28|3D|53|57|58)/;
/**
 * What to throw for a failure of the driver: `users_unavailable` when the database is away, silent or refusing; an error
 * with the SQLSTATE as `code` when it answered and disliked the statement, which is a defect and not an outage.
 * Of the failure itself only message and code go on: its other members hold whole rows and the connection's settings.
 */
export function databaseError(failure) {
    const cause = outline(failure);
    if (failure instanceof pg.DatabaseError && !refusing.test(cause.code))
        return cause;
    return serviceError('users_unavailable', 'The user database does not answer. Try again in a moment.', { cause });
}
/** The driver's errors without a message, such as those of a name with several addresses, at least have a code. */
export function outline(failure) {
    const { message = '', code = '' } = Object(failure);
    return Object.assign(new Error(message === '' ? code : message), { code });
}
//# sourceMappingURL=database-error.js.map