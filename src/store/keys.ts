/**
 * The keyspace. `{tag}` is the user's slot tag (sessions/credential.ts): all keys that one script touches share it, so
 * everything works on a Redis Cluster. Every key carries a TTL. Every name may carry KEY_PREFIX.
 *
 *   session:{tag}<28 hex>          HASH  the record, fields below; TTL = min(idle, absolute) deadline
 *   session-data:{tag}<28 hex>     HASH  what callers store, one field a key, JSON values; made at the first write, same TTL
 *   user-sessions:{tag}:<userId>   ZSET  public ids scored by the same deadline; TTL = a week more than the longest member's
 *   not-before:{tag}               HASH  user id → ms: sessions created until then are dead; TTL = the longest lifetime
 *   not-before-cause:{tag}         HASH  user id → `<reason> <public id of who asked> <28 hex of the session that was kept>`; same TTL
 *   user-activity:{tag}:<userId>   LIST  what happened to the user's sessions, newest first, capped (lua/includes/history.lua); TTL = the retention
 *   ended:{tag}<28 hex>            STRING  what is left of a session that has ended; TTL = how long lists show it
 *   live-sessions                  HASH  deadline bucket (10 s) → sessions; `total`, `drained`; TTL = the longest lifetime
 *   live-sessions-recount          STRING  lock of the recount, held for seconds
 *   login-failures:<policy>:<who>  HASH  n failures, e end of the window, b blocked until (ms), p<bucket> attempts being checked (lua/includes/failures.lua); TTL = the end of the window. Policy and who:
 *                                        `account`, `address` and `device` with 22 characters of a keyed hash, `global` with `all`; each in a slot of its own
 *
 * Fields of the record: v schema version, u user id, p profile (JSON: email, name, roles), c createdAt, a last touch,
 * i idle, x absolute deadline (ms), e until when an extension holds, l lifetime profile if not the default one, t when the password was last proven if not at c, d device type if known, g generation, o 1 if it rotates by policy, w binding (sessions/surroundings.ts), q one that waits for the password, r when the generation was first used (its predecessor's grace counts
 * from there), s secret digest, k not-before that this session was kept through, n data version, z data bytes,
 * ip address, b user agent (packed by user-agent.ts). Of a login that gave them: dh keyed hash of the device id, dn device name, dc capabilities,
 * comma-separated. p, b, dn and dc go on in p1, p2 … when 64 bytes are not enough.
 *
 * The key holds the id without dashes and is at most 44 characters: the next allocator class costs 16 bytes more. No value is over
 * 64 bytes, so the record stays a listpack: one long value makes it a hashtable, +370 to +935 bytes. The user agent is
 * kept in the record, deflated with a preset dictionary: 111 bytes become about 40, no second key and no second read; a
 * shared `user-agent:<hash>` key costs about 300 bytes a text and a third round trip for lists. Measured figures: docs/performance.md.
 */
export type Keys = ReturnType<typeof createKeys>

export function createKeys (prefix: string) {
  return {
    session: (id: string) => `${prefix}session:{${tagIn(id)}}${hexOf(id)}`,
    userSessions: (tag: string, userId: string) => `${prefix}user-sessions:{${tag}}:${userId}`,
    notBefore: (tag: string) => `${prefix}not-before:{${tag}}`,
    liveSessions: `${prefix}live-sessions`,
    loginFailures: (policy: string, subject: string) => `${prefix}login-failures:${policy}:${subject}`,
    recountLock: `${prefix}live-sessions-recount`,
    /** For SCAN in maintenance: every session record and nothing else. */
    everySession: `${prefix}session:{*`
  }
}

/** The slot tag that a session's id begins with. */
export function tagIn (id: string): string {
  return id.slice(0, 4)
}

/** The id's hex digits after the tag. */
function hexOf (id: string): string {
  return id.slice(4, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24)
}
