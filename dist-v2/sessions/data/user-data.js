import { alive } from "../alive.js";
import { invalidMember, serviceError } from "../errors.js";
import { checkedKey, encodeValues } from "./data.js";
import { etagOf, versionsOf } from "./etag.js";
import { applyOperations } from "./operations.js";
import { createStoredData } from "./stored-data.js";
import { createTurns } from "./turns.js";
/** How long operations are tried again when others keep changing the data in between: as long as a store may take to answer. */
const PATIENCE_MS = 900;
/** And how long they wait for their turn. */
const QUEUE_MS = 5000;
/** What a user's sessions share: the verbs of session data, and operations that read what they change. `clock` is monotonic (ms). */
export function createUserData(store, limits, clock = () => performance.now()) {
    const { accepted, ...verbs } = createStoredData({
        owner: 'user',
        read: (id, key) => store.readUserData(id, key),
        write: (id, change) => store.writeUserData(id, change)
    }, limits);
    const inTurn = createTurns();
    /** What the operations make of the data as it is, written if it is still so; null if it is not. */
    async function attempt(session, operations, ifVersion) {
        const { version, values } = alive(await store.readUserData(session.id, onlyKeyOf(operations)));
        const before = new Map([...values].map(([key, json]) => [key, JSON.parse(json)]));
        const after = applyOperations(before, operations);
        const encoded = encodeValues(after, limits, () => '/operations');
        for (const [key, json] of encoded)
            if (json === null || json === values.get(key))
                encoded.delete(key);
        const written = alive(await store.writeUserData(session.id, { values: encoded, ifVersion: ifVersion ?? [version] }));
        if (written.outcome === 'conflict' && ifVersion === null)
            return null;
        const data = Object.create(null);
        for (const [key, value] of after)
            if (value !== undefined)
                data[key] = value;
        return { etag: etagOf(accepted(written).version), data };
    }
    async function persist(session, operations, ifVersion, beginsBeforeMs) {
        const nowMs = clock();
        const untilMs = nowMs < beginsBeforeMs ? nowMs + PATIENCE_MS : nowMs;
        while (clock() < untilMs) {
            const done = await attempt(session, operations, ifVersion);
            if (done !== null)
                return done;
        }
        throw serviceError('data_busy', 'Too many others are changing this data at the same time. Nothing was changed; try again.');
    }
    return {
        ...verbs,
        /**
         * Applies operations in their order, all or none, as one version; resolves to the values of their keys. Those of one user are done one after the other
         * here, and again if another instance came between reading and writing.
         * @throws ServiceError `validation_failed`, `reserved_key`, `operation_failed`, `version_conflict` (with `ifMatch`), `data_limit_exceeded`, `data_busy`
         */
        async operate(session, operations, ifMatch) {
            const [ifVersion, checked] = [versionsOf(ifMatch), checkedOperations(operations, limits)];
            const beginsBeforeMs = clock() + QUEUE_MS;
            return inTurn(session.userId, () => persist(session, checked, ifVersion, beginsBeforeMs));
        }
    };
}
/** What need not be read. */
function onlyKeyOf(operations) {
    const [first, ...others] = new Set(operations.map(({ key }) => key));
    return others.length === 0 ? String(first) : null;
}
/** The operations, their values as they would come back from the store: that has no -0, which is another number than 0 to who compares. */
function checkedOperations(operations, limits) {
    return operations.map((operation, index) => {
        const { op, key, value } = operation;
        checkedKey(key, limits);
        if (op === 'increment' && !Number.isFinite(value))
            throw invalidMember(`operations/${index}/value`, 'An increment takes a number within the range of a double.');
        const json = encodeValues([[key, value]], limits, () => `/operations/${index}/value`).get(key);
        return { ...operation, value: JSON.parse(String(json)) };
    });
}
//# sourceMappingURL=user-data.js.map