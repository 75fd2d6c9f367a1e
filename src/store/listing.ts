import { tagOf } from '../sessions/credential.ts'
import type { Device } from '../sessions/devices/device.ts'
import type { SessionDescription } from '../sessions/session.ts'
import type { PageRequest, SessionStore } from '../sessions/store.ts'
import type { Call } from './call.ts'
import { indexedSessions, type IndexedSession } from './index-members.ts'
import type { Keys } from './keys.ts'
import { descriptionOf } from './replies.ts'
import type { RedisClient } from './scripts.ts'

export interface ListingOptions {
  client: RedisClient
  keys: Keys
  touchIntervalMs: number
}

/** Sessions that one call describes at most, so that none blocks Redis for longer than a fraction of a millisecond. */
const SLICE = 16

/**
 * Lists and counts: one read of the index, which says when each session was created and on what type of device, and, of the page alone, one
 * pipelined read of the records. The index is sorted by deadline, so who is newest is found out here.
 */
export function createListing ({ client, keys, touchIntervalMs }: ListingOptions, call: Call): Pick<SessionStore, 'list' | 'countOf' | 'describe'> {
  /** The user's live sessions by the index. What moves in it between two calls may be missed or seen twice: only who has more than 1,000 needs them. */
  async function indexed (userId: string): Promise<IndexedSession[]> {
    const [tag, found] = [tagOf(userId), new Map<string, IndexedSession>()]
    for (let seen = 0; ;) {
      const [count, members, notBefore, kept] = await call(() => client.sessionsIndexedBuffer(keys.userSessions(tag, userId), seen))
      const sessions = indexedSessions(tag, members)
      for (const session of sessions) if (outlives(session, Number(notBefore), String(kept))) found.set(session.id, session)
      seen += sessions.length
      if (sessions.length === 0 || seen >= count) return [...found.values()]
    }
  }

  async function described (sessions: IndexedSession[]): Promise<Array<SessionDescription | null>> {
    const slices = Array.from({ length: Math.ceil(sessions.length / SLICE) }, (_, i) => sessions.slice(i * SLICE, (i + 1) * SLICE))
    const replies = await Promise.all(slices.map(slice => call(() =>
      client.sessionsDescribe(slice.length, ...slice.map(({ id }) => keys.session(id)), touchIntervalMs))))
    return replies.flat().map(description => description === null ? null : descriptionOf(description))
  }

  return {
    async list (userId, { limit, after, deviceType = null }) {
      const live = (await indexed(userId)).filter(session => deviceType === null || session.deviceType === deviceType)
      const rest = live.filter(session => after === null || isNewer(after, session)).sort((a, b) => isNewer(a, b) ? -1 : 1)
      const sessions: SessionDescription[] = []
      let gone = 0
      for (let next = 0; sessions.length < limit && next < rest.length;) {
        const seen = await described(rest.slice(next, next += limit - sessions.length))
        const alive = seen.filter(session => session !== null)
        sessions.push(...alive)
        gone += seen.length - alive.length
      }
      return { count: live.length - gone, sessions }
    },

    async countOf (userId) {
      const counts = new Map<Device['type'], number>()
      for (const { deviceType } of await indexed(userId)) counts.set(deviceType, (counts.get(deviceType) ?? 0) + 1)
      return counts
    },

    async describe (id) {
      const [description = null] = await call(() => client.sessionsDescribe(1, keys.session(id), touchIntervalMs))
      return description === null ? null : descriptionOf(description)
    }
  }
}

/** Whether it is newer than the last end of all sessions, or was kept through it. */
function outlives ({ createdAtMs, id }: IndexedSession, notBeforeMs: number, kept: string): boolean {
  return createdAtMs > notBeforeMs || id.replaceAll('-', '').slice(4) === kept
}

/** Within one millisecond by id. */
function isNewer (a: NonNullable<PageRequest['after']>, b: NonNullable<PageRequest['after']>): boolean {
  return a.createdAtMs === b.createdAtMs ? a.id > b.id : a.createdAtMs > b.createdAtMs
}
