/** Seconds. NIST SP 800-63B asks at least this often of whoever has a second factor; an operator's session reaches everybody's. */
const TWELVE_HOURS = 43_200;
/** For what changes accounts: whoever can set a password can be anybody. Two hours is how long a console is usually trusted for such things. */
const TWO_HOURS = 7200;
/** What changes accounts, or makes keys: whoever may do that reaches the sessions of everybody, their own older ones among them. */
const powerful = { fresh: TWO_HOURS, grown: true };
/**
 * Which action needs the password, by operationId; what is not here needs nothing. docs/authentication.md shows the same table, and a test compares
 * both with the routes. Ending sessions of one's own needs no more, so that who sees a stranger in the list can act at once; but see the young-session guard.
 */
export const proofs = {
    logout: 'nothing',
    endSession: 'nothing',
    endAllSessions: 'nothing',
    reauthenticate: 'current password',
    changePassword: 'current password',
    adminStats: { fresh: TWELVE_HOURS },
    explainSession: { fresh: TWELVE_HOURS },
    listUsers: { fresh: TWELVE_HOURS },
    createUser: powerful,
    updateUser: powerful,
    deleteUser: powerful,
    setUserPassword: powerful,
    listCallers: { fresh: TWELVE_HOURS },
    createCaller: powerful,
    updateCaller: powerful,
    deleteCaller: powerful,
    addCallerKey: powerful,
    addCallerPublicKey: powerful,
    deleteCallerKey: powerful
};
/** Of these, what needs more under the young-session guard (sessions/policies/young-session.ts) if it ends a session that is older than the one that asks, or could. */
export function isGuarded(action) {
    const proof = proofs[action];
    return ['endSession', 'endAllSessions', 'changePassword'].includes(action) || (typeof proof === 'object' && proof.grown === true);
}
/** What they answer then. */
export const guardProblems = ['session_too_young', 'reauthentication_required'];
//# sourceMappingURL=proof.js.map