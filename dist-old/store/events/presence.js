import { tagOf } from "../../sessions/credential.js";
/** Which sessions have a live connection: to this instance by what it says of itself, to others as long as these are there. */
export function createPresence({ client, keys }, call) {
    /** Those of these instances that are there. */
    async function present(instances) {
        const found = await Promise.all(instances.map(instance => call(() => client.exists(keys.eventsInstance(instance)))));
        return new Set(instances.filter((_instance, i) => found[i] === 1));
    }
    return {
        /**
         * The sessions of a user that have one, each by the 28 hex digits of its public id behind the tag. One round trip for whoever has none. What an instance that is gone left behind is
         * taken out.
         * @throws ServiceError `store_unavailable`
         */
        async of(userId) {
            const key = keys.userPresence(tagOf(userId), userId);
            const fields = (await call(() => client.hkeys(key))).map(field => ({ field, hex: field.slice(0, 28), instance: field.slice(29) }));
            if (fields.length === 0)
                return new Set();
            const there = await present([...new Set(fields.map(({ instance }) => instance))]);
            const stale = fields.filter(({ instance }) => !there.has(instance)).map(({ field }) => field);
            if (stale.length > 0)
                call(() => client.hdel(key, ...stale)).catch(() => { });
            return new Set(fields.filter(({ instance }) => there.has(instance)).map(({ hex }) => hex));
        }
    };
}
//# sourceMappingURL=presence.js.map