/**
 * Lets requests go on together: each when all others of its turn of the event loop have come as far. Answers that are sent one after the other wake their reader once, and code that
 * runs for many requests in a row stays in the processor's caches: each by itself costs half as much again. Who was alone in the turn before, and is the first in this one, waits for nobody.
 */
export function createTurn() {
    let before = 0;
    let here = 0;
    function end() {
        before = here;
        here = 0;
    }
    return goOn => {
        here++;
        if (here === 1) {
            setImmediate(end);
            if (before <= 1)
                return goOn();
        }
        setImmediate(goOn);
    };
}
//# sourceMappingURL=turn.js.map