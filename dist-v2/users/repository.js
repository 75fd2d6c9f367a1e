import { canonicalEmail } from "./email.js";
const columns = 'id, email, name, roles, disabled';
const accountColumns = `${columns}, floor(extract(epoch FROM created_at) * 1000)::float8 AS "createdAtMs"`;
/**
 * The one door to the users table. Every verb is one statement, and rejects with `users_unavailable` within the
 * database's time limit when PostgreSQL is away or frozen. Emails are compared without regard to case.
 */
export function createUserRepository({ query }) {
    /** The account after the change, or `null` if there is none. */
    async function change(who, { disabled, roles, passwordHash }) {
        const [account = null] = await query(`UPDATE users SET disabled = coalesce($2, disabled), roles = coalesce($3, roles), password_hash = coalesce($4, password_hash), updated_at = now()
       WHERE ${isThis(who)} RETURNING ${accountColumns}`, [valueOf(who), disabled, roles, passwordHash]);
        return account;
    }
    return {
        change,
        setDisabled: (who, disabled) => change(who, { disabled }),
        setPasswordHash: (who, passwordHash) => change(who, { passwordHash }),
        /** Everything a login needs, in one statement that returns one row whether or not the email is known. */
        async findForLogin(email) {
            const [row] = await query(`SELECT ${columns}, password_hash, level_cost
         FROM (SELECT max(password_cost) AS level_cost FROM users) AS level
         LEFT JOIN users ON lower(email) = lower($1)`, [canonicalEmail(email)]);
            return candidate(row);
        },
        /** Adds an account. `null`: the email (or the fixed id) is taken, or that id was somebody's who was removed, and nothing was changed. */
        async add({ id, email, name, passwordHash, roles = [] }) {
            const [account = null] = await query(`INSERT INTO users (id, email, name, password_hash, roles)
         SELECT coalesce($1, nextval(pg_get_serial_sequence('users', 'id'))), $2::text, $3::text, $4::text, $5::text[]
         WHERE NOT EXISTS (SELECT FROM removed_users WHERE removed_users.id = $1)
         ON CONFLICT DO NOTHING RETURNING ${accountColumns}`, [id, canonicalEmail(email), name, passwordHash, roles]);
            return account;
        },
        /** Removes that account if it is disabled, and says whether it did. Its id is never given again. */
        async remove(id) {
            const removed = await query(`WITH removed AS (DELETE FROM users WHERE id = $1::bigint AND disabled RETURNING id)
         INSERT INTO removed_users (id) SELECT id FROM removed RETURNING id`, [id]);
            return removed.length === 1;
        },
        /** At most `limit` accounts with an id above `afterId`, in the order of their ids. */
        list(afterId = 0, limit = 1000) {
            return query(`SELECT ${accountColumns} FROM users WHERE id > $1::bigint ORDER BY id LIMIT $2`, [afterId, limit]);
        },
        /** That account, or `null`. */
        async find(who) {
            const [account = null] = await query(`SELECT ${accountColumns} FROM users WHERE ${isThis(who)}`, [valueOf(who)]);
            return account;
        },
        /** Replaces exactly that hash. False if the account has another one by now, or is disabled: whoever changed it wins. */
        async replacePasswordHash(id, expected, passwordHash) {
            const changed = await query('UPDATE users SET password_hash = $3, updated_at = now() WHERE id = $1 AND password_hash = $2 AND NOT disabled RETURNING id', [id, expected, passwordHash]);
            return changed.length === 1;
        },
        /** Resolves when PostgreSQL answers a statement. */
        async ping() {
            await query('SELECT 1');
        }
    };
}
/** Ids are compared as bigint, because callers may ask for one that no integer is. */
function isThis(who) {
    return typeof who === 'number' ? 'id = $1::bigint' : 'lower(email) = lower($1)';
}
function valueOf(who) {
    return typeof who === 'number' ? who : canonicalEmail(who);
}
function candidate(row) {
    const levelCost = row?.level_cost ?? null;
    if (row === undefined || row.id === null)
        return { user: null, passwordHash: null, levelCost };
    const { id, email, name, roles, disabled } = row;
    return { user: { id, email, name, roles, disabled }, passwordHash: row.password_hash, levelCost };
}
//# sourceMappingURL=repository.js.map