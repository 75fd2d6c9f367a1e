import { tagOf } from '../sessions/credential.ts'
import { DEFAULT_LIFETIME } from '../sessions/lifetimes.ts'
import type { SessionStore } from '../sessions/store.ts'
import { createCall, type CallOptions } from './call.ts'
import { createEndAll, type EndAllOptions } from './end-all.ts'
import { activityOf, endedSessionsOf, explanationOf, historyText } from './history.ts'
import { descriptionOf, extendedOf, profileText, sessionOf, storedDataOf, writtenOf } from './replies.ts'
import { packUserAgent } from './user-agent.ts'

/** The client has the scripts defined; the store does not close it. */
export interface RedisStoreOptions extends EndAllOptions, CallOptions {
  graceMs: number
  dataLimits: { keys: number, bytes: number }
}

/** SessionStore over Redis: each verb is one script call and its decoding, `endAll` one call and its slices. */
export function createRedisStore (options: RedisStoreOptions): SessionStore {
  const { client, keys, liveCount, touchIntervalMs, graceMs, dataLimits } = options
  const history = historyText(options.historyLimits)
  const indexOf = (userId: string) => keys.userSessions(tagOf(userId), userId)
  const { assertAvailable, call } = createCall(options)

  return {
    async create ({ credential: { id, secretDigest }, userId, profile, lifetime, idleMs, absoluteMs, ipAddress, userAgent }) {
      const [createdAt, bucket, sinceEndAll] = await call(() => client.sessionCreate(
        keys.session(id), userId, secretDigest, idleMs, absoluteMs, touchIntervalMs,
        profileText(profile), ipAddress, packUserAgent(userAgent), lifetime === DEFAULT_LIFETIME ? '' : lifetime, history))
      liveCount.add(bucket)
      const createdAtMs = Number(createdAt)
      const times = { createdAtMs, lastAccessedAtMs: createdAtMs, idleMs, absoluteDeadlineMs: createdAtMs + absoluteMs, extendedUntilMs: 0 }
      return { ...times, sinceEndAllMs: sinceEndAll === '' ? null : Number(sinceEndAll) }
    },

    async validate ({ id, generation, secretDigest }) {
      const [alive, ...fields] = await call(() =>
        client.sessionValidate(keys.session(id), generation, secretDigest, graceMs, touchIntervalMs, history))
      if (alive === 0) {
        liveCount.remove(fields[0])
        return null
      }
      liveCount.move(fields[7], fields[8])
      return sessionOf(id, fields)
    },

    async extend (id, ms) {
      const reply = await call(() => client.sessionExtend(keys.session(id), touchIntervalMs, ms, history))
      if (reply === null) return null
      liveCount.move(reply[6], reply[7])
      return extendedOf(reply)
    },

    async end (userId, id, { reason, actor = '' } = { reason: 'logged_out' }) {
      const [ended, bucket] = await call(() => client.sessionEnd(keys.session(id), userId, touchIntervalMs, history, reason, actor))
      liveCount.remove(bucket)
      return ended === 1
    },

    endAll: createEndAll(options, call),

    async list (userId, { limit, after }) {
      const [count, ...descriptions] = await call(() => client.sessionList(
        indexOf(userId), touchIntervalMs, limit, after?.createdAtMs ?? '', after?.id ?? ''))
      return { count, sessions: descriptions.map(descriptionOf) }
    },

    async describe (id) {
      const description = await call(() => client.sessionDescribe(keys.session(id), touchIntervalMs))
      return description === null ? null : descriptionOf(description)
    },

    async readData (id, key) {
      const reply = await call(() => client.sessionDataRead(keys.session(id), touchIntervalMs, key ?? ''))
      return reply === null ? null : storedDataOf(reply)
    },

    async writeData (id, { values, ifVersion }) {
      const reply = await call(() => client.sessionDataWrite(
        keys.session(id), touchIntervalMs, ifVersion === null ? '' : `,${ifVersion.join(',')},`,
        dataLimits.keys, dataLimits.bytes, history, ...[...values].flatMap(([key, json]) => [key, json ?? ''])))
      return reply === null ? null : writtenOf(reply)
    },

    async activity (userId, sessionId) {
      const tag = tagOf(userId)
      // What is in another slot is not this user's.
      const asked = sessionId?.startsWith(tag) ? keys.session(sessionId) : ''
      const reply = await call(() => client.activityRead(indexOf(userId), history, asked))
      return activityOf(tag, options.historyLimits.retentionMs, reply)
    },

    async listEnded (userId) {
      return endedSessionsOf(await call(() => client.sessionsEnded(indexOf(userId), history)))
    },

    async explain (id) {
      return explanationOf(id, graceMs, await call(() => client.sessionExplain(keys.session(id), touchIntervalMs, history)))
    },

    assertAvailable,

    countLive: () => call(liveCount.read),

    async probe () {
      await call(() => client.storeProbe(keys.liveSessions))
    }
  }
}
