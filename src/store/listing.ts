import { tagOf } from '../sessions/credential.ts'
import type { Device } from '../sessions/devices/device.ts'
import type { SessionDescription } from '../sessions/session.ts'
import type { PageRequest, SessionStore } from '../sessions/store.ts'
import type { Call } from './call.ts'
import { touchText, type TouchOptions } from './everybody.ts'
import { indexedSessions, letterOf, rankOf, type IndexedSession } from './index-members.ts'
import { gather } from './gather.ts'
import type { Keys } from './keys.ts'
import { descriptionOf, profileIn, type RecordFields } from './record.ts'
import type { RedisClient } from './scripts.ts'

export interface ListingOptions extends TouchOptions {
  client: RedisClient
  keys: Keys
}

/** Sessions that one call describes at most, so that none blocks Redis for longer than a fraction of a millisecond. */
const SLICE = 16

/** As many are described with the index at most, and none with a long one: a page of the largest size and one more, which tells whether there is a next one. */
const PAGE = 101

/** What is known of a session: null if it is not alive. */
type Described = [id: string, description: SessionDescription | null]

interface Found {
  sessions: IndexedSession[]
  /** What is known of some of them already: null of those that are not alive. */
  described: Map<string, SessionDescription | null>
}

/**
 * Lists and counts: one read of the index, or one for each 250 of its sessions, which says when each session was created and on what type of device, and of the records of a page with it.
 * What is not alive, what goes beyond a page, and the page itself where the index is long, is made up for by a pipelined read of more.
 */
export function createListing ({ client, keys, ...options }: ListingOptions, call: Call): Pick<SessionStore, 'list' | 'countOf' | 'describe'> {
  const touch = touchText(options)

  /** The user's live sessions by the index: in one call, unless there are more than 250. What begins or ends between two calls may be in it or not. */
  async function indexed (userId: string, most = 0, after: PageRequest['after'] = null, letter = ''): Promise<Found> {
    const [tag, found, described] = [tagOf(userId), new Map<string, IndexedSession>(), new Map<string, SessionDescription | null>()]
    const notOver = after === null ? Number.MAX_SAFE_INTEGER : rankOf(after)
    let ended = { beforeMs: 0, kept: '' }
    for (let from = '', leftOut = 0; ;) {
      const [shown, members, last, notBefore, kept, records] = await call(() => client.sessionsIndexedBuffer(keys.userSessions(tag, userId), from, leftOut, most, notOver, touch(), letter))
      const sessions = indexedSessions(tag, members)
      for (const [i, session] of sessions.entries()) {
        found.set(session.id, session)
        const record = records[i]
        if (record !== undefined) described.set(session.id, record && descriptionOf(session.id, record))
      }
      if (Number(notBefore) >= ended.beforeMs) ended = { beforeMs: Number(notBefore), kept: String(kept) }
      if (String(last) === '') return { sessions: [...found.values()].filter(session => outlives(session, ended)), described }
      // As many as a call shows have one deadline.
      leftOut = String(last) === from ? leftOut + shown : 0
      from = String(last)
    }
  }

  /** Reads those that are not known yet. */
  async function describeAll (sessions: IndexedSession[], known: Found['described']): Promise<Array<SessionDescription | null>> {
    for (const [id, description] of await readAll(sessions.filter(({ id }) => !known.has(id)))) known.set(id, description)
    return sessions.map(({ id }) => known.get(id) ?? null)
  }

  async function readAll (sessions: IndexedSession[]): Promise<Described[]> {
    const slices = Array.from({ length: Math.ceil(sessions.length / SLICE) }, (_, i) => sessions.slice(i * SLICE, (i + 1) * SLICE))
    return (await Promise.all(slices.map(slice => describe(slice)))).flat()
  }

  const recordsOf = (sessions: Array<{ id: string }>) => call(() => client.sessionsDescribeBuffer(sessions.length, ...sessions.map(({ id }) => keys.session(id)), touch()))

  async function describe (sessions: IndexedSession[]): Promise<Described[]> {
    const records = await recordsOf(sessions)
    return sessions.map(({ id }, i) => {
      const record = records[i]
      // One that Redis does not read hides no other.
      return [id, !record || record instanceof Error ? null : descriptionOf(id, record)]
    })
  }

  /** Together with others that are asked for in this turn. */
  const recordOf = gather(client, SLICE, async (sessions: Array<{ id: string }>, answer: (records: Awaited<ReturnType<typeof recordsOf>>) => void) => answer(await recordsOf(sessions)), (_session, record) => recordIn(record))

  return {
    async list (userId, { limit, after, deviceType = null }) {
      const { sessions: found, described } = await indexed(userId, Math.min(limit, PAGE), after, deviceType === null ? '' : letterOf(deviceType))
      const live = found.filter(session => deviceType === null || session.deviceType === deviceType)
      const rest = live.filter(session => after === null || isNewer(after, session)).sort((a, b) => isNewer(a, b) ? -1 : 1)
      const sessions: SessionDescription[] = []
      let gone = 0
      for (let next = 0; sessions.length < limit && next < rest.length;) {
        const seen = await describeAll(rest.slice(next, next += limit - sessions.length), described)
        const alive = seen.filter(session => session !== null)
        sessions.push(...alive)
        gone += seen.length - alive.length
      }
      return { count: live.length - gone, sessions }
    },

    async countOf (userId) {
      const counts = new Map<Device['type'], number>()
      for (const { deviceType } of (await indexed(userId)).sessions) counts.set(deviceType, (counts.get(deviceType) ?? 0) + 1)
      return counts
    },

    async describe (id) {
      const record = await recordOf({ id })
      const description = record && descriptionOf(id, record)
      return description && record && { ...description, profile: profileIn(record) }
    }
  }
}

/** Null of a session that is not alive. A record that cannot be read is thrown to who asked for that one. */
function recordIn (record: RecordFields | Error | null | undefined): RecordFields | null {
  if (record instanceof Error) throw record
  return record ?? null
}

/** Whether it is newer than the last end of all sessions, or was kept through it, as 28 hex digits say. */
function outlives ({ createdAtMs, id }: IndexedSession, { beforeMs, kept }: { beforeMs: number, kept: string }): boolean {
  return createdAtMs > beforeMs || id.replaceAll('-', '').slice(4) === kept
}

/** Within one millisecond by id. */
function isNewer (a: NonNullable<PageRequest['after']>, b: NonNullable<PageRequest['after']>): boolean {
  return a.createdAtMs === b.createdAtMs ? a.id > b.id : a.createdAtMs > b.createdAtMs
}
