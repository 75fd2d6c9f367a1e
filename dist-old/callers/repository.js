const callerColumns = 'callers.name, callers.scopes, callers.data_prefix AS "dataPrefix"';
const msOf = (column) => `floor(extract(epoch FROM ${column}) * 1000)::float8`;
/** With its keys as JSON. */
const accountColumns = `${callerColumns}, ${msOf('callers.created_at')} AS "createdAtMs",
  coalesce((SELECT json_agg(json_build_object('id', k.id, 'createdAtMs', ${msOf('k.created_at')}, 'lastUsedAtMs', ${msOf('k.last_used_at')}, 'publicKey', k.public_key::json) ORDER BY k.created_at, k.place)
            FROM caller_keys k WHERE k.caller_id = callers.id), '[]') AS keys`;
/**
 * The one door to the tables of callers. Every verb is one statement, all of it or nothing, and rejects with `users_unavailable` within the
 * database's time limit when PostgreSQL is away.
 */
export function createCallerRepository({ query }) {
    return {
        /** All keys of all callers: as many as the company has services, twice at most. */
        async keys() {
            const rows = await query(`SELECT caller_keys.id, caller_keys.digest, caller_keys.public_key AS "publicKey", ${callerColumns} FROM caller_keys JOIN callers ON callers.id = caller_keys.caller_id`);
            return rows.map(({ id, digest, publicKey, ...caller }) => ({ id, digest, publicKey, caller }));
        },
        /** Adds a caller with its first key. False, and nothing has changed, if the name is taken. */
        async add({ name, scopes, dataPrefix }, key) {
            const added = await query(`WITH added AS (INSERT INTO callers (name, scopes, data_prefix) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id)
         INSERT INTO caller_keys (id, caller_id, place, digest, public_key) SELECT $4, id, 1, $5, $6 FROM added RETURNING id`, [name, scopes, dataPrefix, key.id, key.digest, key.publicKey]);
            return added.length === 1;
        },
        /** Gives the caller another key in the place that is free. False, and nothing has changed, if none is or there is no such caller. */
        async addKey(name, key) {
            const added = await query(`INSERT INTO caller_keys (id, caller_id, place, digest, public_key)
         SELECT $2, callers.id, places.place, $3, $4 FROM callers, (VALUES (1), (2)) AS places (place)
         WHERE name = $1 AND NOT EXISTS (SELECT FROM caller_keys k WHERE k.caller_id = callers.id AND k.place = places.place)
         ORDER BY places.place LIMIT 1 ON CONFLICT DO NOTHING RETURNING id`, [name, key.id, key.digest, key.publicKey]);
            return added.length === 1;
        },
        async find(name) {
            const [account = null] = await query(`SELECT ${accountColumns} FROM callers WHERE name = $1`, [name]);
            return account;
        },
        /** By name. */
        list: () => query(`SELECT ${accountColumns} FROM callers ORDER BY name`),
        /** False if there is no such caller. */
        async change(name, { scopes, dataPrefix }) {
            const changed = await query('UPDATE callers SET scopes = coalesce($2, scopes), data_prefix = coalesce($3, data_prefix) WHERE name = $1 RETURNING id', [name, scopes, dataPrefix]);
            return changed.length === 1;
        },
        /** Takes away one key of that caller. False if it has no such key. */
        async removeKey(name, keyId) {
            const removed = await query('DELETE FROM caller_keys USING callers WHERE callers.id = caller_id AND name = $1 AND caller_keys.id = $2 RETURNING caller_keys.id', [name, keyId]);
            return removed.length === 1;
        },
        /** Takes away a caller with its keys. False if there is none. */
        async remove(name) {
            const removed = await query('DELETE FROM callers WHERE name = $1 RETURNING id', [name]);
            return removed.length === 1;
        },
        /** Writes down when keys were last used; of several instances the latest use counts. */
        async noteUses(uses) {
            await query(
            // Locked in one order by all instances.
            `WITH locked AS (SELECT id FROM caller_keys WHERE id = ANY ($1) ORDER BY id FOR UPDATE)
         UPDATE caller_keys SET last_used_at = greatest(last_used_at, to_timestamp(used.ms / 1000.0))
         FROM locked JOIN unnest($1::text[], $2::float8[]) AS used (id, ms) ON used.id = locked.id WHERE caller_keys.id = locked.id`, [[...uses.keys()], [...uses.values()]]);
        }
    };
}
//# sourceMappingURL=repository.js.map