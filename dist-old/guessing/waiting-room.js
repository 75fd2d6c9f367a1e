/** How long nobody asks again by themselves (ms): attempts that other instances have under way do not tell this one when they are over. */
const ASK_AGAIN_MS = 250;
/** Attempts that wait until one of those before them is known to be right or wrong, by the name of what they wait for, in the order in which they came. */
export function createWaitingRoom() {
    const rooms = new Map();
    return {
        /** Resolves when it is time to ask again: called, or after a quarter of a second, or after `atMostMs`. */
        wait(name, atMostMs) {
            const room = rooms.get(name) ?? new Set();
            rooms.set(name, room);
            return new Promise(resolve => {
                const go = () => {
                    clearTimeout(timer);
                    room.delete(go);
                    if (room.size === 0)
                        rooms.delete(name);
                    resolve();
                };
                const timer = setTimeout(go, Math.min(atMostMs, ASK_AGAIN_MS));
                room.add(go);
            });
        },
        /** Calls the one that has waited longest. */
        callNext(name) {
            const [go] = rooms.get(name) ?? [];
            go?.();
        }
    };
}
//# sourceMappingURL=waiting-room.js.map