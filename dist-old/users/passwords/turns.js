export const letsAllIn = { beforeWait() { }, beforeWork() { } };
/** After so many turns of the known in a row, one of the others has the next. */
const KNOWN_IN_A_ROW = 3;
/** So many of one account wait among the known, any more with the others: nobody fills that lane with an account of their own. */
const KNOWN_OF_AN_ACCOUNT = 4;
/**
 * Gives turns in the order in which they were asked for, in two lanes: the known go first, and neither lane can fill the other or keep
 * it from ever moving. (Piscina has a queue of its own, which lets later work overtake; it holds those who are ready
 * before a thread is, and no more.)
 */
export function createTurns({ places, ahead = 0, queueLimit }) {
    const most = places + ahead;
    const waiting = { known: [], other: [] };
    const putOff = { known: 0, other: 0 };
    let running = 0;
    /** The lane of whoever was let in last: while all are let in, that one is ahead. */
    let lastLane = waiting.other;
    let knownInARow = 0;
    async function enter(knownAs, latest, onEntered) {
        const [lane, isWaiting] = [laneOf(knownAs), running === most];
        if (isWaiting && lane.length + (lane === lastLane ? ahead : 0) >= queueLimit)
            return false;
        onEntered(isWaiting);
        return placeFor(waiting => lane.push(waiting), knownAs, latest);
    }
    /** Waits without a place, with as many others as may wait for one, and then goes before whoever waits: it has had its turn. */
    async function enterAgain(later, knownAs, latest) {
        const kind = knownAs === null ? 'other' : 'known';
        if (putOff[kind] >= queueLimit)
            return false;
        putOff[kind]++;
        await later(latest - Date.now()).finally(() => { putOff[kind]--; });
        return Date.now() <= latest && placeFor(waiting => laneOf(knownAs).unshift(waiting), knownAs, latest);
    }
    async function placeFor(queueUp, knownAs, latest) {
        if (running === most)
            return new Promise(resolve => queueUp({ knownAs, latest, admit: resolve }));
        running++;
        lastLane = laneOf(knownAs);
        return true;
    }
    function laneOf(knownAs) {
        if (knownAs === null)
            return waiting.other;
        return waiting.known.filter(other => other.knownAs === knownAs).length < KNOWN_OF_AN_ACCOUNT ? waiting.known : waiting.other;
    }
    /** Hands the place to the next whose time has not run out; those before it are sent away. */
    function leave() {
        sendAwayLate(waiting.known);
        sendAwayLate(waiting.other);
        const lane = nextLane();
        const next = lane.shift();
        knownInARow = lane === waiting.known && waiting.other.length > 0 ? knownInARow + 1 : 0;
        if (next === undefined) {
            running--;
            return;
        }
        lastLane = lane;
        next.admit(true);
    }
    function nextLane() {
        if (waiting.other.length === 0)
            return waiting.known;
        return waiting.known.length === 0 || knownInARow === KNOWN_IN_A_ROW ? waiting.other : waiting.known;
    }
    /**
     * What `work` resolves to; or `null`, with `work` never begun, if too many wait or the wait took longer than `longestWaitMs`.
     * What waits too long is answered when the next place gets free. `knownAs` is the account of a known device, null for the others.
     * `onEntered` is called when it may begin, or wait; `beforeWork` may put it off.
     */
    return async function turn(work, longestWaitMs, knownAs = null, { beforeWait, beforeWork } = letsAllIn, onEntered = () => { }) {
        const latest = Date.now() + longestWaitMs;
        if (running === most)
            await beforeWait();
        let later;
        for (let hasPlace = await enter(knownAs, latest, onEntered); hasPlace; hasPlace = await enterAgain(later, knownAs, latest)) {
            try {
                later = await beforeWork();
                if (later === undefined)
                    return await work();
            }
            finally {
                leave();
            }
        }
        return null;
    };
}
function sendAwayLate(lane) {
    const now = Date.now();
    const inTime = lane.findIndex(({ latest }) => now <= latest);
    for (const { admit } of lane.splice(0, inTime === -1 ? lane.length : inTime))
        admit(false);
}
//# sourceMappingURL=turns.js.map