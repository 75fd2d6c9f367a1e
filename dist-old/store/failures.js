import { serviceError } from "../sessions/errors.js";
/** First words of replies with which a Redis that is reachable refuses: it is a replica, full, loading, failing over … */
const REFUSALS = /^(READONLY|OOM|LOADING|MISCONF|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOSCRIPT|NOAUTH|WRONGPASS|NOPERM|UNBLOCKED|ERR max number of clients)\b/;
/**
 * What a failed command means. A refusal or a lost, slow or closed connection is `store_unavailable`; a reply that no
 * working Redis gives to our scripts is a defect and is thrown as it is.
 */
export function storeFailure(error) {
    if (!(error instanceof Error))
        return error;
    if (isReply(error) && !REFUSALS.test(error.message))
        return error;
    return unavailable(error);
}
/** Whether Redis has answered with it; otherwise nobody knows what it did. */
export function isReply(error) {
    return error instanceof Error && error.name === 'ReplyError';
}
export function unavailable(cause) {
    return serviceError('store_unavailable', 'The session store does not answer. That says nothing about the session: retry shortly.', { cause });
}
//# sourceMappingURL=failures.js.map