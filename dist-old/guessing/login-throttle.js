import { tooManyAttempts } from "./too-many-attempts.js";
import { createWaitingRoom } from "./waiting-room.js";
import { createRefusing } from "./refusing.js";
/**
 * Bounds how often a password can be guessed. Only failures count, of unknown accounts as of known ones. A known device is counted by itself
 * alone, so that others who guess at its account cannot keep its owner out.
 */
export function createLoginThrottle({ counters, subjects, budgets }) {
    const room = createWaitingRoom();
    const refusing = createRefusing();
    function countersOf({ email, address, device }) {
        const { account, address: network, global, device: own } = budgets;
        if (device !== null && own !== undefined)
            return [{ policy: 'device', subject: subjects.device(device), budget: own }];
        return [
            ...account === undefined ? [] : [{ policy: 'account', subject: subjects.account(email), budget: account }],
            ...network === undefined || address === '' ? [] : [{ policy: 'address', subject: subjects.address(address), budget: network }],
            ...global === undefined ? [] : [{ policy: 'global', subject: 'all', budget: global }]
        ];
    }
    return {
        /**
         * What `check` resolves to; `null` is a refusal of the credentials and the one outcome that counts. `check` has to ask for admission: `beforeWait`
         * if it is not its turn yet, which counts nothing, and `beforeWork` before it looks at the password, as late as it can: from then on nobody is let
         * in whom the budget had no room for if the attempt fails. What that returns has to be waited for, and then it has to be asked again: only right ones may be before it.
         * @throws ServiceError `too_many_attempts`, `store_unavailable`, and what `check` throws
         */
        async counted(attempt, check) {
            const concerned = countersOf(attempt);
            let reservation = null;
            async function beforeWait() {
                const refusal = await counters.longestWait(concerned);
                if (refusal !== null)
                    throw refused(refusal);
            }
            async function beforeWork() {
                // Who is refused must not take room in the counters of others, not even for a moment.
                if (concerned.some(counter => refusing.isIn(nameOf(counter))))
                    await beforeWait();
                const outcome = await counters.reserve(concerned);
                if ('waitMs' in outcome)
                    return laterThan(outcome);
                reservation = outcome;
                return undefined;
            }
            const settle = async (hasFailed) => {
                await reservation?.settle(hasFailed);
                for (const counter of concerned)
                    room.callNext(nameOf(counter));
            };
            const result = await check({ beforeWait, beforeWork }).catch(error => { settle(false); throw error; });
            // Whoever is told of a failure is counted. A success is not waited for: it travels with what the caller asks next.
            const settled = settle(result === null);
            if (result === null)
                await settled;
            return result;
        }
    };
    function refused(refusal) {
        refusing.note(nameOf(refusal.counter), refusal.waitMs);
        return tooManyAttempts(refusal);
    }
    /** Who is refused for failures is told so; who is behind others that are being checked waits until one of them is settled. */
    function laterThan(refusal) {
        if (refusal.waitMs > 0)
            throw refused(refusal);
        return atMostMs => room.wait(nameOf(refusal.counter), atMostMs);
    }
}
function nameOf({ policy, subject }) {
    return `${policy}:${subject}`;
}
//# sourceMappingURL=login-throttle.js.map