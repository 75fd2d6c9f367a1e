import { alive } from "../alive.js";
import { changedValues, encodeValues } from "./data.js";
import { etagOf, versionsOf } from "./etag.js";
import { pointerTo } from "./json-pointer.js";
import { conflict, createStoredData } from "./stored-data.js";
/** How often a replacement is tried while others change the same data: each time one of them got through. */
const MOST_TRIES = 10;
/** What callers keep in a session: the data verbs of the session service. */
export function createSessionData(store, limits) {
    // Asked through the store each time, which may be wrapped later.
    const { accepted, readData, readKey, setKey, merge, removeKey } = createStoredData({
        owner: 'session',
        read: (id, key) => store.readData(id, key),
        write: (id, change) => store.writeData(id, change)
    }, limits);
    return {
        readData,
        readKey,
        setKey,
        merge,
        removeKey,
        /**
         * Puts these values in the place of all whose keys begin with `prefix`, all or nothing. What is as it was is not written again. `null` is a value.
         * @throws ServiceError `version_conflict`, also if others change the data all the while
         */
        async replaceData(session, prefix, data, ifMatch) {
            const [values, versions] = [encodeValues(Object.entries(data), limits, key => `/data${pointerTo(key)}`), versionsOf(ifMatch)];
            const attempt = async () => {
                const stored = alive(await store.readData(session.id, null));
                if (versions !== null && !versions.includes(stored.version))
                    throw conflict(stored.version);
                return alive(await store.writeData(session.id, { values: changedValues(stored.values, prefix, values), ifVersion: [stored.version] }));
            };
            let written = await attempt();
            for (let tries = 1; written.outcome === 'conflict' && tries < MOST_TRIES; tries++)
                written = await attempt();
            return { etag: etagOf(accepted(written).version) };
        }
    };
}
//# sourceMappingURL=session-data.js.map