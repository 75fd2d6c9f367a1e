let functions = 0;
/** The same function, asked once of each verdict that is repeated: the next requests of its life find what it made. Make it once and for all: each has its place in every session. */
export function madeOnce(make) {
    const place = functions++;
    return (session, ...more) => {
        const { made } = session;
        if (made === undefined)
            return make(session, ...more);
        const before = made[place];
        if (before !== undefined)
            return before;
        const now = make(session, ...more);
        made[place] = now;
        return now;
    };
}
//# sourceMappingURL=made-once.js.map