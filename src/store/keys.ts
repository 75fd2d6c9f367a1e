import { slotOf } from '../sessions/credential.ts'

/**
 * The keyspace. `{tag}` is the user's slot tag (sessions/credential.ts): all keys that one script touches share it, so
 * everything works on a Redis Cluster. Every key carries a TTL. Every name may carry KEY_PREFIX.
 *
 *   session:{tag}<28 hex>          HASH  the record, fields below; TTL = min(idle, absolute) deadline
 *   session-data:{tag}<28 hex>     HASH  what callers store, one field a key, JSON values; made at the first write, same TTL
 *   user-sessions:{tag}:<userId>   ZSET  the user's sessions by the same deadline; a member is 22 bytes: createdAt, id, device type and device (lua/includes/index.lua); TTL = a week more than the longest member's
 *   not-before:{tag}               HASH  user id → ms: sessions created until then are dead; TTL = the longest lifetime
 *   not-before-cause:{tag}         HASH  user id → `<reason> <public id of who asked> <28 hex of the session that was kept>`; same TTL
 *   user-activity:{tag}:<userId>   LIST  what happened to the user's sessions, newest first, capped (lua/includes/history.lua); TTL = the retention; none of whose account is deleted
 *   ended:{tag}<28 hex>            STRING  what is left of a session that has ended; TTL = how long lists show it
 *   live-sessions                  HASH  deadline bucket (10 s) → sessions; `total`, `drained`; TTL = the longest lifetime
 *   live-sessions-recount          STRING  lock of the walks that nobody asks for (upkeep.ts), held for seconds
 *   login-failures:<policy>:<who>  HASH  n failures, e end of the window, b blocked until (ms), p<bucket> attempts being checked (lua/includes/failures.lua); TTL = the end of the window. Policy and who:
 *                                        `account`, `address`, `device` and `credential` (invalid ones, by address) with 22 characters of a keyed hash, `global` with `all`;
 *                                        each in a slot of its own
 *
 * Fields of the record; times are ms, and what may be absent says so:
 *
 *   v       schema version
 *   u       user id
 *   p       profile (JSON: email, name, roles)
 *   c       createdAt
 *   a       last touch
 *   t       when the password was last proven, if not at c
 *   i       how long it may stay unused
 *   x       absolute deadline
 *   e       until when an extension holds, if there was one
 *   l       lifetime profile, if not the default one
 *   d       device type, if known
 *   g       generation
 *   r       when the generation was first used, from which its predecessor's grace counts; absent in that of the login
 *   s       secret digest
 *   o       1 if it rotates by policy
 *   w       binding (sessions/devices/surroundings.ts)
 *   q       binding that waits for the password, or that counted before w
 *   y       1 if it was opened under the young-session guard (sessions/policies/young-session.ts)
 *   k       not-before that this session was kept through, if it was
 *   n, z    version and bytes of its data, if there are any
 *   ip      address of the login
 *   b       user agent of the login, packed by user-agent.ts
 *   li, lb  address and user agent of the last use, where they are others
 *   dh      keyed hash of the device id, if the login gave one
 *   dn, dc  device name and capabilities (comma-separated), if the login gave them
 *
 * p, b, lb, dn and dc go on in p1, p2 … when 64 bytes are not enough.
 *
 * The key holds the id without dashes and is at most 44 characters: the next allocator class costs 16 bytes more. No value is over
 * 64 bytes, so the record stays a listpack: one long value makes it a hashtable, +370 to +935 bytes. The user agent is
 * kept in the record, deflated with a preset dictionary: 111 bytes become about 40, no second key and no second read; a
 * shared `user-agent:<hash>` key costs about 300 bytes a text and a third round trip for lists. Measured figures: docs/performance.md.
 */
export type Keys = ReturnType<typeof createKeys>

export function createKeys (prefix: string) {
  return {
    session: (id: string) => `${prefix}session:{${slotOf(id)}}${hexOf(id)}`,
    userSessions: (tag: string, userId: string) => `${prefix}user-sessions:{${tag}}:${userId}`,
    userActivity: (tag: string, userId: string) => `${prefix}user-activity:{${tag}}:${userId}`,
    notBefore: (tag: string) => `${prefix}not-before:{${tag}}`,
    liveSessions: `${prefix}live-sessions`,
    loginFailures: (policy: string, subject: string) => `${prefix}login-failures:${policy}:${subject}`,
    /** A channel: the slot tag of each session that is not any more what it was (lua/includes/session.lua). */
    sessionChanges: `${prefix}session-changes`,
    recountLock: `${prefix}live-sessions-recount`,
    /** For SCAN in maintenance: every session record and nothing else; every index of a user. */
    everySession: `${prefix}session:{*`,
    everyIndex: `${prefix}user-sessions:{*`
  }
}

/** The id's hex digits after the tag. */
function hexOf (id: string): string {
  return id.slice(4, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24)
}
