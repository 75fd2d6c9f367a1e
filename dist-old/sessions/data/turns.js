/** Lets what is done under one name happen one after the other. */
export function createTurns() {
    const last = new Map();
    return async function inTurn(name, act) {
        const before = last.get(name);
        const mine = before === undefined ? act() : before.then(act, act);
        last.set(name, mine);
        try {
            return await mine;
        }
        finally {
            if (last.get(name) === mine)
                last.delete(name);
        }
    };
}
//# sourceMappingURL=turns.js.map