import { tagOf } from '../sessions/credential.ts'
import type { Profile, SessionDescription, SessionTimes } from '../sessions/session.ts'
import type { DataWritten, SessionStore } from '../sessions/store.ts'
import { withDeadline } from './deadline.ts'
import { storeFailure, unavailable } from './failures.ts'
import type { Keys } from './keys.ts'
import type { LiveCount } from './live-count.ts'
import type { RedisClient } from './scripts.ts'
import { packUserAgent, unpackUserAgent } from './user-agent.ts'

export interface RedisStoreOptions {
  /** A client with the scripts defined; the store does not close it. */
  client: RedisClient
  keys: Keys
  liveCount: LiveCount
  /** Whether the link to Redis is known to be up; false refuses at once instead of waiting for a timeout. */
  isAvailable: () => boolean
  /** How long one call may take, waiting for its turn included. Default 400. */
  timeoutMs?: number
  touchIntervalMs: number
  graceMs: number
  /** The longest that a session may live: how long a not-before has to be remembered. */
  longestLifetimeMs: number
  dataLimits: { keys: number, bytes: number }
}

/** Sessions that one script deletes at most, so that no call blocks Redis for longer than about a millisecond. */
const SLICE = 100

/** SessionStore over Redis: each verb is one script call and its decoding, `endAll` one call and its slices. */
export function createRedisStore (options: RedisStoreOptions): SessionStore {
  const { client, keys, liveCount, touchIntervalMs, timeoutMs = 400 } = options

  function assertAvailable (): void {
    if (!options.isAvailable()) throw unavailable()
  }

  async function call<T> (command: () => Promise<T>): Promise<T> {
    assertAvailable()
    try {
      return await withDeadline(timeoutMs, command())
    } catch (error) {
      throw storeFailure(error)
    }
  }

  /** A member that stays may move to the end of the index meanwhile and let another slip by: looked at again until nothing is left. */
  async function deleteEnded (index: string): Promise<number> {
    let total = 0
    for (;;) {
      const { deleted, stayed } = await passOver(index)
      total += deleted
      if (deleted === 0 || stayed === 0) return total
    }
  }

  async function passOver (index: string): Promise<{ deleted: number, stayed: number }> {
    let deleted = 0
    for (let stayed = 0; ;) {
      const [seen, staying, ...buckets] = await call(() => client.sessionsEndSlice(index, stayed, SLICE, touchIntervalMs))
      for (const bucket of buckets) liveCount.remove(bucket)
      deleted += buckets.length
      stayed += staying
      if (seen < SLICE) return { deleted, stayed }
    }
  }

  return {
    async create (session) {
      const profile = JSON.stringify([session.profile.email, session.profile.name, ...session.profile.roles])
      const [createdAt, bucket] = await call(() => client.sessionCreate(
        keys.session(session.credential.id), session.userId, session.credential.secretDigest, session.idleMs, session.absoluteMs,
        touchIntervalMs, profile, session.ipAddress, packUserAgent(session.userAgent)))
      liveCount.add(bucket)
      const createdAtMs = Number(createdAt)
      return { createdAtMs, lastAccessedAtMs: createdAtMs, idleMs: session.idleMs, absoluteDeadlineMs: createdAtMs + session.absoluteMs }
    },

    async validate ({ id, generation, secretDigest }) {
      const [alive, ...fields] = await call(() =>
        client.sessionValidate(keys.session(id), generation, secretDigest, options.graceMs, touchIntervalMs))
      if (alive === 0) {
        liveCount.remove(fields[0])
        return null
      }
      const [userId = '', profile = '', createdAt, touchedAt, idle, absolute, oldBucket, newBucket] = fields
      liveCount.move(oldBucket, newBucket)
      return { id, userId, profile: profileOf(profile), times: timesOf(createdAt, touchedAt, idle, absolute) }
    },

    async end (userId, id) {
      const [ended, bucket] = await call(() => client.sessionEnd(keys.session(id), userId, touchIntervalMs))
      liveCount.remove(bucket)
      return ended === 1
    },

    async endAll (userId, keepId) {
      const kept = keepId === null ? '' : keys.session(keepId)
      await call(() => client.sessionsEndBefore(
        keys.notBefore(tagOf(userId)), userId, options.longestLifetimeMs, kept, touchIntervalMs))
      return deleteEnded(keys.userSessions(tagOf(userId), userId))
    },

    async list (userId, { limit, after }) {
      const [count, ...descriptions] = await call(() => client.sessionList(
        keys.userSessions(tagOf(userId), userId), touchIntervalMs, limit, after?.createdAtMs ?? '', after?.id ?? ''))
      return { count, sessions: descriptions.map(descriptionOf) }
    },

    async describe (id) {
      const description = await call(() => client.sessionDescribe(keys.session(id), touchIntervalMs))
      return description === null ? null : descriptionOf(description)
    },

    async readData (id, key) {
      const reply = await call(() => client.sessionDataRead(keys.session(id), touchIntervalMs, key ?? ''))
      if (reply === null) return null
      const [version, ...fields] = reply
      return { version, values: pairsOf(fields) }
    },

    async writeData (id, { values, ifVersion }) {
      const reply = await call(() => client.sessionDataWrite(
        keys.session(id), touchIntervalMs, ifVersion === null ? '' : `,${ifVersion.join(',')},`,
        options.dataLimits.keys, options.dataLimits.bytes, ...[...values].flatMap(([key, json]) => [key, json ?? ''])))
      return reply === null ? null : writtenOf(reply)
    },

    assertAvailable,

    countLive: () => call(() => liveCount.read()),

    async probe () {
      await call(() => client.storeProbe(keys.liveSessions))
    }
  }
}

function profileOf (json: string): Profile {
  const [email = '', name = '', ...roles] = JSON.parse(json) as string[]
  return { email, name, roles }
}

function timesOf (createdAt: string | undefined, touchedAt: string | undefined, idle: string | undefined, absolute: string | undefined): SessionTimes {
  return { createdAtMs: Number(createdAt), lastAccessedAtMs: Number(touchedAt), idleMs: Number(idle), absoluteDeadlineMs: Number(absolute) }
}

function descriptionOf ([id = '', createdAt, touchedAt, idle, absolute, ipAddress = '', userAgent = '']: string[]): SessionDescription {
  return { id, times: timesOf(createdAt, touchedAt, idle, absolute), ipAddress, userAgent: unpackUserAgent(userAgent) }
}

function pairsOf (fields: string[]): Map<string, string> {
  const pairs = new Map<string, string>()
  for (let i = 0; i + 1 < fields.length; i += 2) pairs.set(String(fields[i]), String(fields[i + 1]))
  return pairs
}

function writtenOf ([outcome, figure, removed = 0]: [outcome: 'ok' | 'conflict' | 'keys' | 'bytes', figure: string, removed?: number]): DataWritten {
  switch (outcome) {
    case 'ok': return { outcome: 'written', version: Number(figure), removed }
    case 'conflict': return { outcome: 'conflict', version: Number(figure) }
    case 'keys': return { outcome: 'too-many-keys', count: Number(figure) }
    case 'bytes': return { outcome: 'too-many-bytes', bytes: Number(figure) }
  }
}
