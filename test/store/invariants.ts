import { setTimeout as sleep } from 'node:timers/promises'
import { lifetimesOf, type LifetimeSettings, type ServiceConfig } from '../../src/config.ts'
import { longestOf } from '../../src/sessions/policies/lifetimes.ts'
import { createClient, waitUntilReady } from '../../src/store/connect.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { failureFaults } from './failure-rules.ts'
import { claimFaults } from './claim-rules.ts'
import { idempotencyFaults } from './idempotency-rules.ts'
import { activityFaults, causeFaults, tombstoneFaults } from './history-rules.ts'
import { liveCountFaults } from './live-count-rules.ts'
import { idOf, nameOf, pairs, readRecord } from './record.ts'
import { channelFaults, leaseFaults } from './channel-rules.ts'
import { dataFaults, indexFaults, sessionFaults, ttlFaults, userDataFaults, type Room } from './rules.ts'
import { snapshots, type Snapshot, type StoredKey } from './snapshot.ts'

export type InvariantConfig = Pick<ServiceConfig, 'REDIS_URL' | 'KEY_PREFIX' | 'TOUCH_INTERVAL_MS'> & LifetimeSettings &
  Partial<Pick<ServiceConfig, 'ACTIVITY_MAX_ENTRIES' | 'ACTIVITY_RETENTION_SECONDS' | 'ENDED_SESSIONS_SECONDS' | 'LOGIN_ACCOUNT_WINDOW_SECONDS' | 'LOGIN_DEVICE_WINDOW_SECONDS' | 'LOGIN_WINDOW_SECONDS' | 'INVALID_CREDENTIALS_WINDOW_SECONDS' | 'ANONYMOUS_SESSIONS_WINDOW_SECONDS' | 'IDEMPOTENCY_SECONDS' | 'USER_DATA_SECONDS' | 'LEASE_SECONDS' | 'DATA_MAX_KEYS'>>

/** An instance that just stopped or still runs has flushed its share of the live count after this time. */
const FLUSHED_AFTER_MS = 1500
const RECOUNT_LOCK_MS = 10_000
/** As long as the end of a session is to be told. */
const REVOKED_MS = 360_000
/** As long as an assertion may live, and as much as clocks may differ. */
const ASSERTION_MS = 330_000
/** How much longer than its session a claim may live. */
const CLAIM_MS = 3_600_000
/** As long as somebody listened lately; as an instance is there; as a ticket is good. */
const LISTENED_MS = 300_000
const LEASE_MS = 4000
const TICKET_MS = 30_000
/** How much longer than its members an index lives. */
const WEEK_MS = 604_800_000
/** The longest lifetime that can be set. */
const YEAR_MS = 31_536_000_000

/**
 * Reads everything that a service stored and compares it with what src/store/keys.ts promises: every key has a TTL and none outlives
 * its deadline, records are whole and listpacks, data stands beside its session and agrees with its size and version,
 * the index names the sessions that exist with their deadlines, the live count is the number of sessions.
 * @throws Error that lists every violation
 */
export async function assertInvariants (config: InvariantConfig): Promise<void> {
  const client = createClient(config.REDIS_URL, 5000)
  client.on('error', () => { /* told by waitUntilReady and by the commands */ })
  await waitUntilReady(client)
  try {
    const faults = await violations(client, config)
    if (faults.length > 0) throw new Error(`${faults.length} violations of the keyspace:\n  ${faults.slice(0, 50).join('\n  ')}`)
  } finally {
    client.disconnect()
  }
}

/** Every violation in a namespace, in words. */
export async function violations (client: RedisClient, config: InvariantConfig): Promise<string[]> {
  const flushedAt = Date.now() + FLUSHED_AFTER_MS
  for (;;) {
    // With many keys one look takes seconds: what counts is whether it began after the flush.
    const isFlushed = Date.now() >= flushedAt
    const seen = await snapshots(client, config.KEY_PREFIX)
    const faults = seen.flatMap(snapshot => snapshotFaults(snapshot, config))
    const count = liveCountFaults(seen, config.KEY_PREFIX, config.TOUCH_INTERVAL_MS)
    if (faults.length > 0 || count.length === 0 || isFlushed) return [...faults, ...count]
    await sleep(100)
  }
}

function snapshotFaults ({ nowMs, keys }: Snapshot, config: InvariantConfig): string[] {
  const room: Room = { nowMs, sessions: new Map(), data: new Map(), indexes: new Map() }
  const faults: string[] = []
  const tombstones: StoredKey[] = []
  for (const key of keys) {
    const { kind, rest } = nameOf(key.key, config.KEY_PREFIX)
    faults.push(...ttlFaults(key, nowMs, longestLifeMs(kind, rest, config)))
    if (kind === 'session') room.sessions.set(idOf(rest), readRecord(key, config.TOUCH_INTERVAL_MS))
    else if (kind === 'session-data') room.data.set(idOf(rest), key)
    else if (kind === 'user-sessions') room.indexes.set(rest.slice(rest.indexOf('}:') + 2), key)
    else if (kind === 'user-activity') faults.push(...activityFaults(key, config.ACTIVITY_MAX_ENTRIES ?? 200))
    else if (kind === 'user-data') faults.push(...userDataFaults(key))
    else if (kind === 'user-channels') faults.push(...channelFaults(key))
    else if (kind === 'user-leases') faults.push(...leaseFaults(key))
    else if (kind === 'ended') tombstones.push(key)
    else if (kind === 'session-claim') faults.push(...claimFaults(key))
    else if (kind === 'not-before-cause') faults.push(...causeFaults(key))
    else if (kind === 'not-before-everybody') faults.push(...everybodyFaults(key))
    else if (kind === 'not-before') faults.push(...notBeforeFaults(key, nowMs))
    else if (kind === 'revoked') faults.push(...outboxFaults(key))
    else if (kind === 'revocations' || kind === 'revocations-mover') continue
    else if (kind === 'login-failures') faults.push(...failureFaults(key))
    else if (kind === 'idempotency') faults.push(...idempotencyFaults(key, nowMs))
    else if (kind === 'user-events') faults.push(...eventLogFaults(key, config))
    else if (kind === 'user-presence') faults.push(...presenceFaults(key))
    else if (kind === 'event-ticket') faults.push(...ticketFaults(key))
    else if (kind === 'client-assertion' || kind === 'events-instance') faults.push(...assertionFaults(key))
    else if (!kind.startsWith('live-sessions')) faults.push(`${key.key} is no key of this keyspace`)
  }
  for (const session of room.sessions.values()) faults.push(...sessionFaults(session, room))
  for (const key of tombstones) faults.push(...tombstoneFaults(key, room))
  for (const [id, key] of room.data) faults.push(...dataFaults(id, key, room))
  for (const [userId, key] of room.indexes) faults.push(...indexFaults(userId, key, room))
  return faults
}

/** How long a key of that kind may live, whatever happens. */
function longestLifeMs (kind: string, rest: string, config: InvariantConfig): number {
  const {
    LOGIN_ACCOUNT_WINDOW_SECONDS = 86_400, LOGIN_DEVICE_WINDOW_SECONDS = 86_400, LOGIN_WINDOW_SECONDS = 600, INVALID_CREDENTIALS_WINDOW_SECONDS = 60, ANONYMOUS_SESSIONS_WINDOW_SECONDS = 3600, ACTIVITY_RETENTION_SECONDS = 7_776_000, ENDED_SESSIONS_SECONDS = 604_800, IDEMPOTENCY_SECONDS = 86_400, USER_DATA_SECONDS = 2_592_000, LEASE_SECONDS = 60
  } = config
  if (kind === 'user-activity') return ACTIVITY_RETENTION_SECONDS * 1000
  if (kind === 'ended') return ENDED_SESSIONS_SECONDS * 1000
  if (kind === 'idempotency') return IDEMPOTENCY_SECONDS * 1000
  if (kind === 'live-sessions-recount') return RECOUNT_LOCK_MS
  if (kind === 'not-before-everybody') return YEAR_MS
  if (kind.startsWith('revo')) return REVOKED_MS
  if (kind === 'user-events' || kind === 'user-presence') return LISTENED_MS
  if (kind === 'events-instance') return LEASE_MS
  if (kind === 'event-ticket') return TICKET_MS
  if (kind === 'client-assertion') return ASSERTION_MS
  if (kind === 'user-leases') return LEASE_SECONDS * 1000
  if (kind === 'user-data') return longestOf(lifetimesOf(config)) + USER_DATA_SECONDS * 1000
  if (kind !== 'login-failures') return longestOf(lifetimesOf(config)) + (kind === 'user-sessions' ? WEEK_MS : kind === 'session-claim' ? CLAIM_MS : 0)
  if (rest.startsWith('device:')) return LOGIN_DEVICE_WINDOW_SECONDS * 1000
  if (rest.startsWith('anonymous:')) return ANONYMOUS_SESSIONS_WINDOW_SECONDS * 1000
  if (rest.startsWith('credential:')) return INVALID_CREDENTIALS_WINDOW_SECONDS * 1000
  return (rest.startsWith('account:') ? LOGIN_ACCOUNT_WINDOW_SECONDS : LOGIN_WINDOW_SECONDS) * 1000
}

function outboxFaults (key: StoredKey): string[] {
  return key.content.filter(entry => !/^\d+ (s [0-9a-f]{28}|u ([0-9a-f]{28}|-)|a -) [a-z_]+ .+$/s.test(entry)).map(entry => `${key.key} has the entry ${entry}`)
}

function eventLogFaults ({ key, content }: StoredKey, { DATA_MAX_KEYS = 64 }: InvariantConfig): string[] {
  const faults = content.filter((entry, i) => !(i === 0 ? /^\d+ (- open|[0-9a-f]{28} [a-z.]+) \{.*\}$/s : /^\d+ [0-9a-f]{28} [a-z]+\.[a-z]+ \{.*\}$/s).test(entry)).map(entry => `${key} has the entry ${entry}`)
  const ids = content.map(entry => Number(entry.split(' ')[0]))
  if (ids.some((id, i) => i > 0 && id <= Number(ids[i - 1]))) faults.push(`${key} is not in order`)
  // One entry marks what is not there any more; a change of data is told whole.
  return content.length > 1 + Math.max(128, 2 * DATA_MAX_KEYS) ? [...faults, `${key} has ${content.length} entries`] : faults
}

function presenceFaults ({ key, content }: StoredKey): string[] {
  return pairs(content).filter(([field, value]) => !/^[0-9a-f]{28} [0-9a-f-]{36}$/.test(field) || value !== '1').map(pair => `${key} says ${pair.join()}`)
}

function ticketFaults ({ key, content }: StoredKey): string[] {
  return content.filter(holder => !/^[0-9a-f-]{36} \d+ \S* .+$/s.test(holder)).map(holder => `${key} says ${holder}`)
}

function everybodyFaults (key: StoredKey): string[] {
  return key.content.filter(ms => !/^\d+$/.test(ms)).map(ms => `${key.key} says ${ms}`)
}

function assertionFaults ({ key, content }: StoredKey): string[] {
  return content.join() === '1' ? [] : [`${key} says ${content.join()}`]
}

function notBeforeFaults (key: StoredKey, nowMs: number): string[] {
  return pairs(key.content)
    .filter(([, ms]) => !/^\d+$/.test(ms) || Number(ms) > nowMs + 1000)
    .map(([userId, ms]) => `${key.key} says ${ms} for user ${userId}`)
}
