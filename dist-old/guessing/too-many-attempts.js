import { serviceError } from "../sessions/errors.js";
/** `Retry-After` (RFC 9110) and the fields of draft-ietf-httpapi-ratelimit-headers-09, which name the policy that refused. */
export function retryHeaders({ counter: { policy, budget }, waitMs }) {
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    return {
        'retry-after': String(seconds),
        'ratelimit-policy': `"${policy}";q=${budget.failures};w=${budget.windowMs / 1000}`,
        ratelimit: `"${policy}";r=0;t=${seconds}`
    };
}
export function tooManyAttempts(refusal) {
    const headers = retryHeaders(refusal);
    const seconds = headers['retry-after'];
    return serviceError('too_many_attempts', `Too many attempts have failed. Try again in ${seconds} second${seconds === '1' ? '' : 's'}.`, { headers });
}
//# sourceMappingURL=too-many-attempts.js.map