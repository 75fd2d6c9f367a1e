import { slotOf } from '../sessions/credential.ts'

/**
 * The keyspace. `{tag}` is the user's slot tag (sessions/credential.ts): all keys that one script touches share it, so
 * everything works on a Redis Cluster. Every key carries a TTL. Every name may carry KEY_PREFIX.
 *
 *   session:{tag}<28 hex>          HASH  the record, fields below; TTL = min(idle, absolute) deadline
 *   session-data:{tag}<28 hex>     HASH  what callers store, one field a key, JSON values, and the field ' ' (lua/includes/data.lua); made at the first write, same TTL
 *   user-sessions:{tag}:<userId>   ZSET  the user's sessions by the same deadline; a member is 22 bytes: createdAt, id, device type and device (lua/includes/index.lua); TTL = a week more than any of them may live
 *   not-before:{tag}               HASH  user id → ms: sessions created until then are dead; TTL = the longest lifetime
 *   not-before-cause:{tag}         HASH  user id → `<reason> <public id of who asked> <28 hex of the session that was kept>`; same TTL
 *   not-before-everybody:{tag}     STRING  ms: sessions of everybody created until then are dead (everybody.ts); a Cluster has eight of them; TTL = a year, the longest lifetime that can be set
 *   user-activity:{tag}:<userId>   LIST  what happened to the user's sessions, newest first, capped (lua/includes/history.lua); TTL = the retention; none of whose account is deleted
 *   session-claim:{tag}<28 hex>    HASH  the login that is taking the place of an anonymous session (lua/includes/claim.lua): n, f, k who, t when, s secret digest, d when it has; TTL = an hour longer than the session may live, then an hour
 *   user-data:{tag}:<userId>       HASH  state that all sessions of a user share, one field a key, JSON values, and the field ' ' (lua/includes/user-data.lua); TTL = as long as configured
 *                                        after the last session: counted from the latest absolute deadline, and from the end of the last one if that comes first
 *   user-channels:{tag}:<userId>   HASH  which session of the user is active in which channel, and its state (lua/includes/channels.lua); TTL = the latest absolute deadline of those that were
 *   user-leases:{tag}:<userId>     HASH  `<channel> <28 hex>` → until when that session has a place there (ms); TTL = the last of these
 *   ended:{tag}<28 hex>            STRING  what is left of a session that has ended; TTL = how long lists show it
 *   revoked:{tag}                  LIST  ends of the slot's sessions that are on their way to the feed (lua/includes/revoked.lua); TTL = as long as they matter
 *   revocations:{feed}             STREAM  what other services are told of ends (revocations/), one field `e`: slot tag and entry of the outbox; same TTL
 *   revocations-mover:{feed}       HASH  o who moves entries into the feed, u until when nobody else may, w moment before which every end is in it, m moment of the newest (ms); same TTL
 *   live-sessions                  HASH  deadline bucket (10 s) → sessions; `total`, `drained`, `from:<instance>`; TTL = the longest lifetime
 *   live-sessions-recount          STRING  lock of the walks that nobody asks for (upkeep.ts), held for seconds
 *   login-failures:<policy>:<who>  HASH  n failures, e end of the window, b blocked until (ms), p<bucket> attempts being checked (lua/includes/failures.lua); TTL = the end of the window. Policy and who:
 *                                        `account`, `address`, `device`, `credential` (invalid ones, by address) and `anonymous` (sessions opened without a login, by address) with 22 characters of a keyed hash, `global` with `all`;
 *                                        each in a slot of its own
 *   idempotency:{tag}<22 characters>  HASH  what another service asked for with an Idempotency-Key, under a keyed hash of both; the tag is of both too: f fingerprint of the request, u until when
 *                                        it holds (ms), o who is doing it, or a the answer, encrypted (src/idempotency/seal.ts); TTL = until u: half a minute, then as long as answers are kept
 *   user-events:{tag}:<userId>     LIST  what the user's devices are told live, oldest first, capped (lua/includes/events.lua); TTL = five minutes from when somebody listened
 *   user-presence:{tag}:<userId>   HASH  `<28 hex> <instance>` → `1`: the session has a live connection to that instance; same TTL
 *   events-instance:<instance>     STRING  `1`: the instance is there; TTL = four seconds
 *   event-ticket:<digest>          STRING  `<public id> <generation> <binding> <user id>`: who may open a live connection with a ticket, by the credential of that generation, and where that session was bound to, under 43 characters of its SHA-256; TTL = 30 s, until it is used
 *   client-assertion:<digest>      STRING  `1`: an assertion of another service was used (callers/assertion.ts); 43 characters of the SHA-256 of service and jti; TTL = until it expires, and the 30 s that clocks may differ
 *
 * Fields of the record. It keeps distances instead of moments, numbers instead of texts, and leaves out what is usual: what is marked with a
 * value is absent when it has that one, and what is marked with a question mark when there is none.
 *
 *   u       user id
 *   p       profile: email, name and roles (and claims, and who opened it) as a JSON array of texts, without the brackets and quotation marks around it
 *   c       createdAt (ms since 1970); the other moments are distances to it (ms)
 *   a       last touch (0)
 *   t       when the password was last proven (0)
 *   i       how long it may stay unused (s, with a fraction if need be)
 *   x       absolute deadline, as a distance (s, with a fraction if need be)
 *   e       until when an extension holds ?
 *   r       when the generation was first used, from which its predecessor's grace counts ?
 *   k       not-before that this session was kept through ?
 *   g       generation (1)
 *   s       secret digest, as a number of 64 bits
 *   l       lifetime profile (the default one)
 *   d       letter of the device type (unknown), lua/includes/members.lua
 *   o       1 if it rotates by policy (0)
 *   w       binding (sessions/devices/surroundings.ts) ?
 *   q       binding that waits for the password, or that counted before w ?
 *   y       1 if it was opened under the young-session guard (sessions/policies/young-session.ts) (0)
 *   f       address of the login, packed by address.ts ?
 *   b       user agent of the login, packed by user-agent.ts ?
 *   j, v    address and user agent of the last use, packed (f, b)
 *   h       beginning of the keyed hash of the device id ?
 *   m, dc   device name and capabilities (comma-separated) ?
 *
 * p, b, v, m and dc go on in p1, p2 … when 64 bytes are not enough.
 *
 * The key holds the id without dashes and is at most 44 characters: the next allocator class costs 16 bytes more. No value is over 64 bytes and no
 * record has over 128 fields, so each is one listpack, and so is the index of a user with up to 128 sessions, as long as Redis is not told otherwise
 * (preflight.ts asks; the embedded Redis and docker-compose.yml say it).
 *
 * What was measured (Redis 7.0.15 with jemalloc, 2 sessions a user, 360 browser user agents, every tenth user with an email of over 64 bytes, hash
 * tables as full as with 1,000,000 sessions; bytes a session with its share of the index, without the history):
 *
 *   434   this, with what is known of every session: user id, email, name, created, last access, both deadlines, address, user agent, digest
 *         (441 with a second generation, 444 in a later run). Of these 177 are the record, 64 the key and its object, 86 its entries in the two hash tables (key, TTL), 107 the share of the index
 *   450   the same with public ids in the index instead of members of 22 bytes
 *   473   the same with moments in full, times in ms, the address as text, the digest in base64url, and what is usual written out
 *   423   with user agents in keys of their own, of which the record has 8 characters of a hash: if a few hundred are all that there are, and for another read
 *   463   with the profile once a user: the second key costs more than the half of it saves, and every validation would read two keys
 *   540   with the user agent as text, hash-max-listpack-value 512
 *   686   with full names and texts, hash-max-listpack-value 512; 1,237 with Redis' own 64, which makes each a hash table
 *   710   as one JSON string
 *   381   as one packed string: every change would write all of it, and nobody could read it. Below 400 there is only this
 *   418   with keys of 30 characters, for which ids would have to be shorter
 *   413   without a TTL of the index, which would outlive its user
 *
 * A login writes the device type and the binding too, about 25 bytes more. User agents are deflated with a preset dictionary: 111 bytes become 11 to 40.
 * The rest is in docs/performance.md.
 */
export type Keys = ReturnType<typeof createKeys>

export function createKeys (prefix: string) {
  return {
    session: (id: string) => `${prefix}session:{${slotOf(id)}}${hexOf(id)}`,
    sessionClaim: (id: string) => `${prefix}session-claim:{${slotOf(id)}}${hexOf(id)}`,
    userSessions: (tag: string, userId: string) => `${prefix}user-sessions:{${tag}}:${userId}`,
    userActivity: (tag: string, userId: string) => `${prefix}user-activity:{${tag}}:${userId}`,
    userData: (tag: string, userId: string) => `${prefix}user-data:{${tag}}:${userId}`,
    userChannels: (tag: string, userId: string) => `${prefix}user-channels:{${tag}}:${userId}`,
    userLeases: (tag: string, userId: string) => `${prefix}user-leases:{${tag}}:${userId}`,
    notBeforeEverybody: (tag: string) => `${prefix}not-before-everybody:{${tag}}`,
    notBefore: (tag: string) => `${prefix}not-before:{${tag}}`,
    revoked: (tag: string) => `${prefix}revoked:{${tag}}`,
    revocations: `${prefix}revocations:{feed}`,
    revocationsMover: `${prefix}revocations-mover:{feed}`,
    liveSessions: `${prefix}live-sessions`,
    loginFailures: (policy: string, subject: string) => `${prefix}login-failures:${policy}:${subject}`,
    userEvents: (tag: string, userId: string) => `${prefix}user-events:{${tag}}:${userId}`,
    userPresence: (tag: string, userId: string) => `${prefix}user-presence:{${tag}}:${userId}`,
    eventsInstance: (instance: string) => `${prefix}events-instance:${instance}`,
    eventTicket: (digest: string) => `${prefix}event-ticket:${digest}`,
    idempotency: (tag: string, name: string) => `${prefix}idempotency:{${tag}}${name}`,
    clientAssertion: (digest: string) => `${prefix}client-assertion:${digest}`,
    /** A channel: the slot tag of each session that is not any more what it was, and if it has ended the rest of its id (lua/includes/session.lua). */
    sessionChanges: `${prefix}session-changes`,
    /** A channel: slot tag and user of whose log something was added to (lua/includes/events.lua). */
    eventNews: `${prefix}session-changes:events`,
    eventReceipts: `${prefix}session-changes:receipts`,
    /** A channel: something was added to the feed of revocations. */
    revocationNews: `${prefix}session-changes:revocations`,
    recountLock: `${prefix}live-sessions-recount`,
    /** Made and deleted in one step (lua/storePacking-1.lua). */
    packingProbe: (tag: string) => `${prefix}packing-probe:{${tag}}`,
    /** For SCAN in maintenance: every session record and nothing else; every index of a user; every claim. */
    everySession: `${prefix}session:{*`,
    everyIndex: `${prefix}user-sessions:{*`,
    everyClaim: `${prefix}session-claim:{*`
  }
}

/** The id's hex digits after the tag. */
function hexOf (id: string): string {
  return id.slice(4, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24)
}
