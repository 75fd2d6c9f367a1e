/** Whoever is told nothing by then, because its instance is gone or news does not arrive, holds up nobody. */
const MOST_MS = 250;
/** Waits for those who have to be told first. `news` is asked for once, by the first who may have to wait. */
export function createReceipts(news) {
    const following = new Map();
    let feed;
    function start() {
        if (feed !== undefined)
            return;
        feed = news();
        feed.onReceipts((userId, eventId) => {
            for (const hear of following.get(userId) ?? [])
                hear(eventId);
        });
    }
    /** Hears the receipts of a user from now on, until `stop`. */
    function follow(userId) {
        const heard = new Set();
        let wake = () => { };
        const hear = (eventId) => {
            heard.add(eventId);
            wake();
        };
        const ofUser = following.get(userId) ?? new Set();
        following.set(userId, ofUser.add(hear));
        return {
            /** Settled when the receipt of that event is there, or does not come in time. */
            receipt: (eventId) => new Promise(resolve => {
                const timer = setTimeout(resolve, MOST_MS);
                wake = () => {
                    if (!heard.has(eventId))
                        return;
                    clearTimeout(timer);
                    resolve();
                };
                wake();
            }),
            stop() {
                ofUser.delete(hear);
                if (ofUser.size === 0)
                    following.delete(userId);
            }
        };
    }
    return {
        /** Does something to a user's devices, and answers when the connection that it concerns has been sent the event `notice`, or does not say so in time. */
        async awaited(userId, act) {
            start();
            // The receipt may be there before the reply of the script that told.
            const { receipt, stop } = follow(userId);
            try {
                const result = await act();
                if (result.notice !== null)
                    await receipt(result.notice);
                return result;
            }
            finally {
                stop();
            }
        }
    };
}
//# sourceMappingURL=receipts.js.map