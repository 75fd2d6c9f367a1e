/** Refusals that are remembered at most; what is forgotten costs Redis more, and lets nobody in. */
const MOST = 10_000;
/** Which counters have refused here, by name, and until when they go on. `clock` is monotonic. */
export function createRefusing(clock = () => performance.now()) {
    const untilMs = new Map();
    return {
        note(name, waitMs) {
            untilMs.delete(name);
            if (untilMs.size === MOST) {
                const [oldest = ''] = untilMs.keys();
                untilMs.delete(oldest);
            }
            untilMs.set(name, clock() + waitMs);
        },
        isIn(name) {
            const until = untilMs.get(name);
            if (until === undefined)
                return false;
            if (clock() < until)
                return true;
            untilMs.delete(name);
            return false;
        }
    };
}
//# sourceMappingURL=refusing.js.map