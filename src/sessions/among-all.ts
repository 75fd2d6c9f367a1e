import { createHash } from 'node:crypto'
import type { EndCause } from './activity.ts'
import { cursorOf, isNewer, malformedCursor, placeAfter, placeOf, type Place } from './cursor.ts'
import type { SessionFilter } from './filter.ts'
import { endEach, matching, MOST_ENDED, type Ended } from './many.ts'
import type { SessionDescription } from './session.ts'
import type { SessionStore } from './store.ts'

/** Users whose sessions are read at the same time. */
const USERS_AT_ONCE = 16

/** When it has looked at so many users, or taken so many steps, a call does not begin another step: a page may be short, or empty, and not the last. */
const MANY_USERS = 200
const MANY_STEPS = 100

/** `nextCursor` is where the next call goes on, absent after the last. */
export interface AllFound { sessions: SessionDescription[], nextCursor: string | undefined }

export interface AllEnded extends Ended { nextCursor: string | undefined }

export interface AllToEnd {
  filter: SessionFilter
  cause: EndCause
  /** Whether they are only counted. */
  isDryRun: boolean
  cursor: string | undefined
  /** Told how many have ended, again and again: also if the call fails later. */
  onEnded: (count: number) => void
}

/**
 * Where a call goes on: at a step of the walk, and within it behind the users of whom all is shown and behind a session of another one. A step that is looked at again may have
 * become shorter: those who were shown and are in the next one now are told by `earlier`.
 */
interface Position { step: string | null, shown: string[], earlier: string[], within: { user: string, place: Place } | null }

const CURSOR = /^([0-9a-f]{8})\|([\w.-]{1,64})\|((?:[0-9a-f]{12})*)\|((?:[0-9a-f]{12})*)\|(?:([0-9a-f]{12})([\w-]{1,128}))?$/

/** The verbs of the session service that are about the sessions of everybody that are of a kind. */
export function createAmongAll (store: Pick<SessionStore, 'list' | 'end' | 'someUsers'>) {
  /** Of each of these users. */
  const sessionsOf = (userIds: string[], filter: SessionFilter) => Promise.all(userIds.map(userId => matching(store, userId, filter)))

  return {
    /**
     * Live sessions of everybody that fit, at most `limit`. Those of a user come together, newest first, the users in no order. What lives all the while is on one of the pages;
     * on two only after Redis has changed: another process, slots that moved, hash tables that shrank. @throws ServiceError `malformed_cursor`
     */
    async findAmongAll (limit: number, cursor: string | undefined, filter: SessionFilter): Promise<AllFound> {
      const purpose = purposeOf('list', filter)
      const page: SessionDescription[] = []
      let { step, shown, earlier, within } = positionOf(cursor, purpose)
      for (let [steps, users] = [0, 0]; steps < MANY_STEPS && users < MANY_USERS && page.length < limit; steps++) {
        const { at, userIds, next } = await store.someUsers(step)
        const seen = new Set([...shown, ...earlier])
        const left = userIds.map(userId => ({ userId, mark: markOf(userId) })).filter(({ mark }) => !seen.has(mark))
        // Whoever is shown in part goes on before anybody else.
        left.sort((a, b) => Number(b.mark === within?.user) - Number(a.mark === within?.user))
        for (let start = 0; start < left.length; start += USERS_AT_ONCE) {
          const some = left.slice(start, start + USERS_AT_ONCE)
          const found = await sessionsOf(some.map(({ userId }) => userId), filter)
          for (const [i, sessions] of found.entries()) {
            const mark = String(some[i]?.mark)
            const rest = within?.user === mark ? behind(sessions, within.place) : sessions
            const fitting = rest.slice(0, limit - page.length)
            page.push(...fitting)
            const last = fitting.at(-1)
            if (fitting.length < rest.length) return { sessions: page, nextCursor: textOf(purpose, { step: at, shown, earlier, within: last === undefined ? null : { user: mark, place: placeOf(last) } }) }
            shown.push(mark)
          }
        }
        if (next === null) return { sessions: page, nextCursor: undefined }
        users += left.length
        const inStep = new Set(userIds.map(markOf));
        [step, shown, earlier, within] = [next, [], shown.filter(mark => !inStep.has(mark)), within !== null && !inStep.has(within.user) ? within : null]
      }
      return { sessions: page, nextCursor: textOf(purpose, { step, shown, earlier, within }) }
    },

    /**
     * Ends the sessions of everybody that fit, MOST_ENDED at most, or only says how many there are: of as many users as one call looks at. The next call goes on behind those.
     * @throws ServiceError `malformed_cursor`
     */
    async endAmongAll ({ filter, cause, isDryRun, cursor, onEnded }: AllToEnd): Promise<AllEnded> {
      const [purpose, most] = [purposeOf(isDryRun ? 'count' : 'end', filter), isDryRun ? Infinity : MOST_ENDED]
      let { step } = positionOf(cursor, purpose)
      let [processed, ended] = [0, 0]
      for (let [steps, users] = [0, 0]; steps < MANY_STEPS && users < MANY_USERS; steps++) {
        const { at, userIds, next } = await store.someUsers(step)
        for (let start = 0; start < userIds.length; start += USERS_AT_ONCE) {
          const found = (await sessionsOf(userIds.slice(start, start + USERS_AT_ONCE), filter)).flat()
          const meant = found.slice(0, most - processed)
          processed += meant.length
          if (!isDryRun) {
            const now = (await endEach(meant, ({ userId, id }) => store.end(userId, id, cause))).filter(wasThere => wasThere).length
            ended += now
            onEnded(now)
          }
          // What has ended does not fit any more: the same step has the others.
          if (processed === most) return { processed, ended, more: true, nextCursor: textOf(purpose, begin(at)) }
        }
        if (next === null) return { processed, ended, more: false, nextCursor: undefined }
        step = next
        users += userIds.length
      }
      return { processed, ended, more: true, nextCursor: textOf(purpose, begin(step)) }
    }
  }
}

const begin = (step: string | null): Position => ({ step, shown: [], earlier: [], within: null })

/** A cursor goes on with what it was made by, and with nothing else. */
function purposeOf (verb: 'list' | 'count' | 'end', filter: SessionFilter): string {
  return createHash('sha256').update(JSON.stringify([verb, filter])).digest('hex').slice(0, 8)
}

function markOf (userId: string): string {
  return createHash('sha256').update(userId).digest('hex').slice(0, 12)
}

function behind (sessions: SessionDescription[], place: Place): SessionDescription[] {
  return sessions.filter(session => isNewer(place, placeOf(session)))
}

function textOf (purpose: string, { step, shown, earlier, within }: Position): string {
  return Buffer.from([purpose, step, shown.join(''), earlier.join(''), within === null ? '' : within.user + cursorOf(within.place)].join('|')).toString('base64url')
}

/** @throws ServiceError `malformed_cursor` */
function positionOf (cursor: string | undefined, purpose: string): Position {
  if (cursor === undefined) return begin(null)
  const [, made, step, shown = '', earlier = '', user, last] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (step === undefined || made !== purpose) throw malformedCursor()
  const place = placeAfter(last)
  return { step, shown: marksIn(shown), earlier: marksIn(earlier), within: user === undefined || place === null ? null : { user, place } }
}

function marksIn (text: string): string[] {
  return text.match(/.{12}/g) ?? []
}
