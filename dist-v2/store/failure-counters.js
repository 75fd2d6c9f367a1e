import { createCall } from "./call.js";
/** FailureCounters and FailureTotals over Redis: each counter in a slot of its own, one script call for each, all sent together. */
export function createFailureCounters(options) {
    const { client, keys } = options;
    const { call } = createCall(options);
    const keyOf = ({ policy, subject }) => keys.loginFailures(policy, subject);
    async function waitFor(counter) {
        const { failures, longestWaitMs } = counter.budget;
        return { counter, waitMs: Number(await call(() => client.failuresWait(keyOf(counter), failures, longestWaitMs))) };
    }
    async function reserveIn(counter) {
        const { failures, longestWaitMs, windowMs } = counter.budget;
        const [isLetIn, first, bucket] = await call(() => client.failuresReserve(keyOf(counter), failures, longestWaitMs, windowMs));
        if (isLetIn === 0)
            return { counter, waitMs: Number(first) };
        const settle = (hasFailed) => call(() => client.failuresSettle(keyOf(counter), failures, longestWaitMs, first, bucket, hasFailed ? '1' : '0'));
        return { settle: hasFailed => settle(hasFailed).then(() => { }, () => { }) };
    }
    return {
        async longestWait(counters) {
            const waits = await Promise.all(counters.map(waitFor));
            return longest(waits.filter(({ waitMs }) => waitMs > 0));
        },
        async reserve(counters) {
            const outcomes = await Promise.allSettled(counters.map(reserveIn));
            const known = outcomes.flatMap(outcome => outcome.status === 'fulfilled' ? [outcome.value] : []);
            const reservations = known.flatMap(outcome => 'settle' in outcome ? [outcome] : []);
            const settle = async (hasFailed) => { await Promise.all(reservations.map(reservation => reservation.settle(hasFailed))); };
            const broken = outcomes.find(outcome => outcome.status === 'rejected');
            const refusal = longest(known.flatMap(outcome => 'waitMs' in outcome ? [outcome] : []));
            if (broken === undefined && refusal === null)
                return { settle };
            await settle(false);
            if (refusal === null || broken !== undefined)
                throw broken?.reason;
            return refusal;
        },
        async add(counter, failures) {
            const [total, endsInMs] = await call(() => client.failuresAdd(keyOf(counter), failures, counter.budget.windowMs));
            return { failures: Number(total), endsInMs: Number(endsInMs) };
        }
    };
}
/** The one that asks to wait longest; null if there is none. */
function longest(refusals) {
    const [first = null] = refusals.sort((a, b) => b.waitMs - a.waitMs);
    return first;
}
//# sourceMappingURL=failure-counters.js.map