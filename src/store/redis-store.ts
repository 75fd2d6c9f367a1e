import { tagOf } from '../sessions/credential.ts'
import { DEFAULT_LIFETIME } from '../sessions/policies/lifetimes.ts'
import { limitReached } from '../sessions/policies/limits.ts'
import type { DataChange, SessionStore } from '../sessions/store.ts'
import { packAddress } from './address.ts'
import { createCall, type CallOptions } from './call.ts'
import { createClaims } from './claims.ts'
import { createChannels } from './channels.ts'
import { createEndAll, type EndAllOptions } from './end-all.ts'
import { touchText } from './everybody.ts'
import { activityOf, endedSessionsOf, explanationOf, historyText } from './history.ts'
import { createListing } from './listing.ts'
import { deviceTexts, extendedOf, profileText, replacedOf, storedDataOf, verdictReader, writtenOf } from './replies.ts'
import { packUserAgent } from './user-agent.ts'
import { createUserWalk } from './user-walk.ts'
import { createValidations } from './validations.ts'

/** The client has the scripts defined; the store does not close it. */
export interface RedisStoreOptions extends EndAllOptions, CallOptions {
  graceMs: number
  /** Age from which the credential of a session that rotates by policy is replaced; 0: never. */
  rotateAfterMs: number
  dataLimits: { keys: number, bytes: number }
  /** How long what sessions of a user share stays after the last of them. */
  userDataMs: number
  /** Ends all sessions that there are (everybody.ts). */
  endEverybody: () => Promise<void>
  /** Whether what was told of a session is kept with its credential and compared: good where each validation asks. */
  keepsTold?: boolean
  /** Around each call that validates. */
  timed?: <Answer>(ask: () => Promise<Answer>) => Promise<Answer>
}

/** SessionStore over Redis: each verb is one script call and its decoding, `endAll` one call and its slices, `list` of many two round trips, `someUsers` also two. */
export function createRedisStore (options: RedisStoreOptions): SessionStore {
  const { client, keys, liveCount, touchIntervalMs, graceMs, rotateAfterMs, dataLimits, userDataMs, endEverybody, keepsTold = false, timed = ask => ask() } = options
  const [history, touch] = [historyText(options.historyLimits), touchText(options)]
  const indexOf = (userId: string) => keys.userSessions(tagOf(userId), userId)
  const { assertAvailable, call } = createCall(options)
  // Everybody can be logged out where nobody can be judged because the moment of the last time is damaged: that cures it.
  const { call: callAnyway } = createCall({ ...options, isAvailable: () => client.status === 'ready', whenKnown: () => undefined })
  const verdictOf = verdictReader(keepsTold)
  const validate = createValidations({ client, keys, rules: () => [graceMs, touch(), rotateAfterMs, history] }, command => timed(() => call(command)), ({ credential }, verdict) => {
    const { session, left, entered } = verdictOf(credential, verdict)
    liveCount.move(left, entered)
    return session
  })

  /** The key of a session that may be the user's, or '': one in another slot is another user's. */
  function ownKey (userId: string, id: string | null): string {
    return id?.startsWith(tagOf(userId)) ? keys.session(id) : ''
  }

  return {
    async create (session) {
      const { credential: { id, secretDigest }, userId, profile, lifetime, idleMs, absoluteMs, ipAddress, userAgent, deviceType, limits, endId, replacedId = null, rotates, binding, device = {}, isGuarded = false, data = new Map<string, string>() } = session
      const reply = await call(() => client.sessionCreate(
        keys.session(id), userId, secretDigest, idleMs, absoluteMs, touch(),
        profileText(profile), packAddress(ipAddress), packUserAgent(userAgent), lifetime === DEFAULT_LIFETIME ? '' : lifetime,
        deviceType, limits.max, limits.maxOfType ?? '', limits.policy, ownKey(userId, endId), rotates ? '1' : '', binding, ...deviceTexts(device), isGuarded ? '1' : '', history, ownKey(userId, replacedId), ...[...data].flat()))
      if (reply[0] !== 'ok') throw limitReached(reply[0], session)
      const [, createdAt, bucket, sinceEndAll, ...ended] = reply
      liveCount.add(bucket)
      for (const endedBucket of ended) liveCount.remove(endedBucket)
      const createdAtMs = Number(createdAt)
      const times = { createdAtMs, lastAccessedAtMs: createdAtMs, idleMs, absoluteDeadlineMs: createdAtMs + absoluteMs, extendedUntilMs: 0, authenticatedAtMs: createdAtMs }
      // What a validation would say, by the same rules: no deadline passes, no grace ends, no rotation gets due and no use has to be recorded.
      const goodForMs = Math.min(idleMs + touchIntervalMs, absoluteMs, touchIntervalMs, graceMs || Infinity, (rotates && rotateAfterMs) || Infinity)
      return { ...times, goodForMs, sinceEndAllMs: sinceEndAll === '' ? null : Number(sinceEndAll) }
    },

    validate: (credential, _isStrict, isUse) => validate(credential, isUse),

    async extend (id, ms) {
      const reply = await call(() => client.sessionExtend(keys.session(id), touch(), ms, history))
      if (reply === null) return null
      liveCount.move(reply[7], reply[8])
      return extendedOf(reply)
    },

    async rename (userId, id, deviceName) {
      return await call(() => client.sessionRename(keys.session(id), userId, touch(), deviceName)) === 1
    },

    async replace (id, { id: newId, secretDigest }, binding = '', { ipAddress, userAgent } = { ipAddress: '', userAgent: '' }) {
      const reply = await call(() => client.sessionReplace(keys.session(id), keys.session(newId), touch(), secretDigest, binding, history, packAddress(ipAddress), packUserAgent(userAgent)))
      if (reply === null) return null
      liveCount.move(reply[0], reply[1])
      return replacedOf(reply)
    },

    async flag (id, { binding, signals, ipAddress, isAccepted }) {
      return await call(() => client.sessionFlag(keys.session(id), touch(), binding, isAccepted ? 'w' : 'q', signals.join(','), packAddress(ipAddress), history)) === 1
    },

    async noteOrigin (id, { ipAddress, userAgent }) {
      return await call(() => client.sessionPlace(keys.session(id), touch(), packAddress(ipAddress), packUserAgent(userAgent))) === 1
    },

    async end (userId, id, { reason, actor = '' } = { reason: 'logged_out' }) {
      const [ended, bucket] = await call(() => client.sessionEnd(keys.session(id), userId, touch(), history, reason, actor))
      liveCount.remove(bucket)
      return ended === 1
    },

    ...createEndAll(options, call),

    endEverybody: () => callAnyway(endEverybody),

    ...createListing(options, call),

    ...createChannels(options, call),

    ...createUserWalk(options, call),

    async readData (id, key) {
      const reply = await call(() => client.sessionDataRead(keys.session(id), touch(), key ?? ''))
      return reply === null ? null : storedDataOf(reply)
    },

    async writeData (id, change) {
      const reply = await call(() => client.sessionDataWrite(keys.session(id), touch(), versionsText(change), dataLimits.keys, dataLimits.bytes, history, ...pairsOf(change)))
      return reply === null ? null : writtenOf(reply)
    },

    async readUserData (id, key) {
      const reply = await call(() => client.userDataRead(keys.session(id), touch(), key ?? ''))
      return reply === null ? null : storedDataOf(reply)
    },

    async writeUserData (id, change) {
      const reply = await call(() => client.userDataWrite(keys.session(id), touch(), versionsText(change), dataLimits.keys, dataLimits.bytes, userDataMs, ...pairsOf(change)))
      return reply === null ? null : writtenOf(reply)
    },

    ...createClaims(options, call),

    async activity (userId, sessionId) {
      const reply = await call(() => client.activityRead(indexOf(userId), history, ownKey(userId, sessionId), touch()))
      return activityOf(tagOf(userId), options.historyLimits.retentionMs, reply)
    },

    async listEnded (userId) {
      return endedSessionsOf(await call(() => client.sessionsEnded(indexOf(userId), history, touch())))
    },

    async eraseHistory (userId) {
      const tag = tagOf(userId)
      const all = [keys.userActivity, keys.userData, keys.userChannels, keys.userLeases, keys.userEvents, keys.userPresence]
      await call(() => client.del(...all.map(keyOf => keyOf(tag, userId))))
    },

    async explain (id) {
      return explanationOf(id, graceMs, await call(() => client.sessionExplain(keys.session(id), touch(), history)))
    },

    assertAvailable,

    countLive: () => call(liveCount.read),

    async probe () {
      await call(() => client.storeProbe(keys.liveSessions))
    }
  }
}

/** The versions that a change may be applied to, as scripts take them; '' for any. */
function versionsText ({ ifVersion }: DataChange): string {
  return ifVersion === null ? '' : `,${ifVersion.join(',')},`
}

/** Keys and values of a change, as scripts take them; '' removes a key. */
function pairsOf ({ values }: DataChange): string[] {
  return [...values].flatMap(([key, json]) => [key, json ?? ''])
}
