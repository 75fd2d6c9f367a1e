import { serviceError } from "../sessions/errors.js";
/** A call that is about more than one call may be about; `what` says so in words, `cap` names the member. */
export function batchTooLarge(what, cap, actual, max) {
    return serviceError('batch_too_large', `${what}; at most ${max} are allowed. Send them in parts.`, { extras: { cap, max, actual } });
}
//# sourceMappingURL=batch-too-large.js.map