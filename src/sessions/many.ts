import type { EndCause } from './activity.ts'
import { nextCursorOf, pageOf, placeAfter, placeOf, type CursorsOf } from './cursor.ts'
import { fits, type SessionFilter } from './filter.ts'
import type { Session, SessionDescription } from './session.ts'
import type { PageRequest, SessionStore } from './store.ts'

/** Of a list, so many are read or ended at the same time: others want to ask the store, too. */
const READ_AT_ONCE = 100
const ENDED_AT_ONCE = 50

/** Sessions that one call ends at most. */
export const MOST_ENDED = 500

export interface SessionList { count: number, sessions: SessionDescription[], nextCursor: string | undefined }

/** What became of those that were meant. */
export interface Ended {
  /** How many were meant by this call, at most MOST_ENDED; of a dry run, all that fit. */
  processed: number
  ended: number
  /** Whether there are more that fit. */
  more: boolean
}

/** All live sessions of a user that fit, newest first; there are at most a thousand. */
export async function matching (store: Pick<SessionStore, 'list'>, userId: string, filter: SessionFilter): Promise<SessionDescription[]> {
  const [isMeant, found] = [fits(filter), [] as SessionDescription[]]
  let after: PageRequest['after'] = null
  do {
    const { sessions } = await store.list(userId, { limit: READ_AT_ONCE, after, deviceType: filter.deviceType ?? null })
    found.push(...sessions.filter(isMeant))
    const last = sessions[READ_AT_ONCE - 1]
    after = last === undefined ? null : { createdAtMs: last.times.createdAtMs, id: last.id }
  } while (after !== null)
  return found
}

/** Says of each whether it ended it. Rejects if that is not known of one, when those that were asked for with it have been answered. */
export async function endEach<Meant> (meant: Meant[], end: (one: Meant) => Promise<boolean>): Promise<boolean[]> {
  const ended = []
  for (let start = 0; start < meant.length; start += ENDED_AT_ONCE) {
    for (const outcome of await Promise.allSettled(meant.slice(start, start + ENDED_AT_ONCE).map(end))) {
      if (outcome.status === 'rejected') throw outcome.reason
      ended.push(outcome.value)
    }
  }
  return ended
}

/** The verbs of the session service that are about many sessions. */
export function createMany (store: Pick<SessionStore, 'list' | 'end' | 'describe'>, cursorsOf: CursorsOf) {
  /** Ends that session, whoever's it is. Says whether it ended one. */
  async function endAny (id: string, cause: EndCause): Promise<boolean> {
    const session = await store.describe(id)
    return session !== null && store.end(session.userId, id, cause)
  }

  return {
    endAny,

    /** A page of the user's live sessions that fit, newest first; `count` is all of these. @throws ServiceError `malformed_cursor` */
    async list ({ userId }: Pick<Session, 'userId'>, limit: number, cursor?: string, { deviceType, ...filter }: SessionFilter = {}): Promise<SessionList> {
      const cursors = cursorsOf('sessions', userId, { deviceType, ...filter })
      const place = placeAfter(cursors, cursor)
      if (Object.values(filter).some(value => value !== undefined)) {
        const found = await matching(store, userId, { deviceType, ...filter })
        const { page, end } = pageOf(found, placeOf, limit, place)
        return { count: found.length, sessions: page, nextCursor: nextCursorOf(cursors, end) }
      }
      const after = place && { createdAtMs: place.ms, id: place.key }
      // One more than the page tells whether there is a next one.
      const { count, sessions } = await store.list(userId, { limit: limit + 1, after, deviceType: deviceType ?? null })
      const page = sessions.slice(0, limit)
      const last = sessions.length > limit ? page.at(-1) : undefined
      return { count, sessions: page, nextCursor: nextCursorOf(cursors, last && placeOf(last)) }
    },

    /** Ends the user's sessions that fit, the newest first and MOST_ENDED at most, or only says how many fit. */
    async endMatching (userId: string, filter: SessionFilter, cause: EndCause, isDryRun: boolean): Promise<Ended> {
      const found = await matching(store, userId, filter)
      const meant = found.slice(0, MOST_ENDED).map(({ id }) => id)
      const ended = isDryRun ? [] : await endEach(meant, id => store.end(userId, id, cause))
      return { processed: isDryRun ? found.length : meant.length, ended: ended.filter(wasThere => wasThere).length, more: !isDryRun && found.length > meant.length }
    },

    /** Ends sessions by their public ids, whoever's they are. Resolves to those that were not there. */
    async endListed (ids: string[], cause: EndCause): Promise<string[]> {
      const ended = await endEach(ids, id => endAny(id, cause))
      return ids.filter((_id, i) => ended[i] !== true)
    }
  }
}
