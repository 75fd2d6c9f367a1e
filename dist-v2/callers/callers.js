import { isKeyOf, parseServiceKey } from "./service-key.js";
/**
 * Says whose a key is. All keys are read at once and kept for a second at most, so a key costs PostgreSQL nothing, whether it is known or not, and one that is
 * taken away is worth nothing anywhere a second later. While PostgreSQL is away nobody is known: `users_unavailable`.
 */
export function createCallers({ repository, keepMs = 1000, noteEveryMs = 10_000, clock = () => performance.now() }) {
    let known = null;
    let reading = null;
    let uses = new Map();
    let notedAtMs = clock();
    /** One read for all who wait. */
    function read() {
        if (reading !== null)
            return reading.keys;
        const mine = { askedAtMs: clock(), keys: readAll() };
        reading = mine;
        const settle = (keys) => {
            // Something was changed here since it was asked for.
            if (reading !== mine)
                return;
            reading = null;
            if (keys !== null)
                known = { keys, askedAtMs: mine.askedAtMs };
        };
        mine.keys.then(settle, () => settle(null));
        return mine.keys;
    }
    async function readAll() {
        const stored = await repository.keys();
        if (clock() >= notedAtMs + noteEveryMs)
            note();
        return new Map(stored.map(({ id, digest, publicKey, caller }) => [id, { digest: Buffer.from(digest, 'base64url'), publicKey, caller, proven: null }]));
    }
    async function note() {
        notedAtMs = clock();
        const noted = uses;
        uses = new Map();
        if (noted.size === 0)
            return;
        // What could not be written down comes with the next ones.
        await repository.noteUses(noted).catch(() => { uses = new Map([...noted, ...uses]); });
    }
    function current() {
        const ageMs = known === null ? Infinity : clock() - known.askedAtMs;
        if (known === null || ageMs >= keepMs)
            return read();
        // Before it is outdated, so that who comes often waits for none.
        if (ageMs >= keepMs / 2)
            read();
        return known.keys;
    }
    function judge(keys, shown) {
        const key = keys.get(shown.id);
        if (key === undefined || key.publicKey !== null)
            return null;
        if (key.proven !== shown && !isKeyOf(shown, key.digest))
            return null;
        key.proven = shown;
        noteUse(shown.id);
        return key.caller;
    }
    function holderIn(keys, id) {
        const key = keys.get(id);
        if (key === undefined)
            return null;
        noteUse(id);
        return key.caller;
    }
    function noteUse(id) {
        uses.set(id, Date.now());
    }
    return {
        /** The caller whose key that is, or null. @throws ServiceError `users_unavailable` */
        authenticate(text) {
            const key = parseServiceKey(text);
            if (key === null)
                return null;
            const keys = current();
            return keys instanceof Promise ? keys.then(keys => judge(keys, key)) : judge(keys, key);
        },
        /** The caller with the public key of that id, or null. @throws ServiceError `users_unavailable` */
        async findSigner(id) {
            const { publicKey = null, caller } = (await current()).get(id) ?? {};
            return publicKey === null || caller === undefined ? null : { publicKey, caller };
        },
        /** The caller who was let in by the key of that id, if it is still there; that counts as a use of it. @throws ServiceError `users_unavailable` */
        holderOf(id) {
            const keys = current();
            return keys instanceof Promise ? keys.then(keys => holderIn(keys, id)) : holderIn(keys, id);
        },
        /** A key was used, which is written down with others. */
        noteUse,
        /** What is known is outdated: something was changed here. */
        forget() {
            known = null;
            reading = null;
        },
        /** Writes down the last uses. */
        close: note
    };
}
//# sourceMappingURL=callers.js.map