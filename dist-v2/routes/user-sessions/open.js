import { isIP } from 'node:net';
import { assertScope } from "../../plugins/caller-guard.js";
import { ANONYMOUS, anonymousOf, isAnonymous } from "../../sessions/anonymous.js";
import { canonicalAddress } from "../../plugins/http/client-address.js";
import { invalidMember, serviceError } from "../../sessions/errors.js";
import { valueFault } from "../../sessions/data/json-value.js";
import { refusal } from "../limit-refusal.js";
import { assertAllowed } from "./change.js";
/** The role that opens the routes of operators. */
const ADMIN = 'admin';
/** The highest id that an account can have: PostgreSQL counts them as integers. */
const LAST_ACCOUNT = 2_147_483_647;
/** Claims travel with every validation that Redis is asked for. */
const MOST_CLAIMS_BYTES = 1024;
/**
 * Opens a session for a user whom that service has authenticated.
 * @throws ServiceError `validation_failed`, `data_key_not_allowed` (keepData), `insufficient_scope` (for the role `admin` and accounts of this service), `users_unavailable`, `data_limit_exceeded` (claims), `session_limit_reached`, `login_busy`, `store_unavailable`
 */
export async function openFor(app, caller, body) {
    const { userId, profile: { email = '', name = '', roles = [] } = {}, claims, ipAddress = '', userAgent = '', rotate = false, anonymousSession, keepData, ...wishes } = body;
    if (isAnonymous({ userId }))
        throw invalidMember('userId', `Ids that begin with ${ANONYMOUS} are those of sessions without a login, which are opened at POST /session/anonymous. Send another.`);
    if (ipAddress !== '' && isIP(ipAddress) === 0)
        throw invalidMember('ipAddress', 'Send the IPv4 or IPv6 address of the user’s client, or none.');
    if (claims !== undefined)
        assertStorable(claims);
    if (Array.isArray(keepData))
        assertAllowed(caller, keepData);
    if (roles.includes(ADMIN) || await isAccount(app, userId))
        assertScope(caller, ADMIN);
    return app.sessions.open({
        userId,
        profile: { email, name, roles, ...(claims !== undefined && { claims }), openedBy: caller.name },
        ipAddress: canonicalAddress(ipAddress),
        userAgent,
        rotates: rotate,
        ...wishes,
        anonymous: anonymousOf(anonymousSession, keepData, caller.dataPrefix)
    }).catch(error => refusal(app, userId, error));
}
/** Whether that is somebody who logs in here, with a password. */
async function isAccount(app, userId) {
    return /^[1-9]\d{0,9}$/.test(userId) && Number(userId) <= LAST_ACCOUNT && await app.users.find(Number(userId)) !== null;
}
function assertStorable(claims) {
    const fault = valueFault(claims);
    if (fault !== null)
        throw invalidMember(`claims${fault.pointer}`, `What is at this place of the claims cannot be kept: it ${fault.detail}.`);
    const actual = Buffer.byteLength(JSON.stringify(claims));
    if (actual > MOST_CLAIMS_BYTES) {
        throw serviceError('data_limit_exceeded', `The claims have ${actual} bytes as JSON; at most ${MOST_CLAIMS_BYTES} are allowed. No session was opened. What is larger belongs into the data of the session.`, { extras: { cap: 'claims', max: MOST_CLAIMS_BYTES, actual } });
    }
}
//# sourceMappingURL=open.js.map