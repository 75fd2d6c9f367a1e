import { alive } from "../alive.js";
import { serviceError } from "../errors.js";
import { checkedKey, decodeValues, encodeValues, overLimit } from "./data.js";
import { etagOf, versionsOf } from "./etag.js";
/** What callers keep in a place: the verbs that session data and user data have in common. */
export function createStoredData({ read, write: writeTo, owner }, limits) {
    async function write(session, values, ifMatch, placeOf) {
        const change = { values: encodeValues(values, limits, placeOf), ifVersion: versionsOf(ifMatch) };
        const { version, removed } = accepted(alive(await writeTo(session.id, change)));
        return { etag: etagOf(version), removed };
    }
    /** @throws ServiceError `version_conflict`, `data_limit_exceeded`, `session_claimed` */
    function accepted(written) {
        switch (written.outcome) {
            case 'written': return written;
            case 'conflict': throw conflict(written.version);
            case 'claimed': throw claimed();
            case 'too-many-keys': throw overLimit('DATA_MAX_KEYS', `the ${owner}`, limits.keys, written.count);
            case 'too-many-bytes': throw overLimit('DATA_MAX_BYTES', `the ${owner}`, limits.bytes, written.bytes);
        }
    }
    function keyNotFound(key) {
        return serviceError('data_key_not_found', `This ${owner} holds no value under the key ${key}.`);
    }
    return {
        accepted,
        async readData(session) {
            const { version, values } = alive(await read(session.id, null));
            return { etag: etagOf(version), data: decodeValues(values) };
        },
        /** @throws ServiceError `data_key_not_found` */
        async readKey(session, key) {
            const { version, values } = alive(await read(session.id, checkedKey(key, limits)));
            const json = values.get(key);
            if (json === undefined)
                throw keyNotFound(key);
            return { etag: etagOf(version), value: JSON.parse(json) };
        },
        /** Stores one value. Other keys are untouched, whoever writes them meanwhile. */
        setKey: (session, key, value, ifMatch) => write(session, [[key, value]], ifMatch, () => '/value'),
        /** Merges values into the data, all or nothing; null removes a key (RFC 7396, one level). */
        merge: (session, patch, ifMatch) => write(session, Object.entries(patch).map(([key, value]) => [key, value ?? undefined]), ifMatch),
        /** @throws ServiceError `data_key_not_found` */
        async removeKey(session, key, ifMatch) {
            const { etag, removed } = await write(session, [[key, undefined]], ifMatch);
            if (removed === 0)
                throw keyNotFound(key);
            return { etag };
        }
    };
}
function claimed() {
    return serviceError('session_claimed', 'A login is taking the place of this anonymous session, and its data with it. Go on with the credential that the login answers with; if it fails, repeat this change after it, at the latest in a minute.');
}
export function conflict(version) {
    return serviceError('version_conflict', 'Someone else changed the data since you read it. Read it again, then repeat your change with the new ETag.', { extras: { currentETag: etagOf(version) }, headers: { etag: etagOf(version) } });
}
//# sourceMappingURL=stored-data.js.map