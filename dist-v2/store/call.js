import { withDeadline } from "./deadline.js";
import { isReply, storeFailure, unavailable } from "./failures.js";
/** How the store asks Redis: in time, or `store_unavailable`. */
export function createCall({ isAvailable, whenKnown, timeoutMs, onUnanswered }) {
    function assertAvailable() {
        if (!isAvailable())
            throw unavailable();
    }
    async function call(command) {
        assertAvailable();
        const unknown = whenKnown?.();
        if (unknown !== undefined)
            await unknown;
        try {
            return await withDeadline(timeoutMs, command());
        }
        catch (error) {
            if (!isReply(error))
                onUnanswered?.();
            throw storeFailure(error);
        }
    }
    return { assertAvailable, call };
}
//# sourceMappingURL=call.js.map