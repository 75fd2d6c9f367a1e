import { createHash } from 'node:crypto'
import type { EndCause } from './activity.ts'
import { isNewer, placeIn, placeOf, textOf, type Cursors, type CursorsOf, type Place } from './cursor.ts'
import type { SessionFilter } from './filter.ts'
import { endEach, matching, MOST_ENDED, type Ended } from './many.ts'
import type { SessionDescription } from './session.ts'
import type { SessionStore } from './store.ts'

/** Users whose sessions are read at the same time. */
const USERS_AT_ONCE = 16

/** When it has looked at so many users, or taken so many steps or so long (ms), a call does not begin another step: a page may be short, or empty, and not the last. */
const MANY_USERS = 200
const MANY_STEPS = 100
const LONG_MS = 300

/** `nextCursor` is where the next call goes on, absent after the last. */
export interface AllFound { sessions: SessionDescription[], nextCursor: string | undefined }

export interface AllEnded extends Ended { nextCursor: string | undefined }

export interface AllToEnd {
  filter: SessionFilter
  cause: EndCause
  /** Whether they are only counted. */
  isDryRun: boolean
  cursor: string | undefined
  /** Told of each that has ended: also if the call fails later. */
  onEnded: () => void
}

/** Who is shown in part, and which session was the last one. */
interface Part { user: string, place: Place }

/**
 * Where a call goes on: at a step of the walk, and within it behind the users of whom all is shown and behind sessions of others. A step that is looked at again may have
 * become shorter: those who were shown and are in the next one now are told by `earlier`, and `parts` waits for its users.
 */
interface Position { step: string | null, shown: string[], earlier: string[], parts: Part[] }

/** So many wait: of more the oldest are shown anew. */
const MOST_PARTS = 8

/** The verbs of the session service that are about the sessions of everybody that are of a kind. */
export function createAmongAll (store: Pick<SessionStore, 'list' | 'end' | 'someUsers'>, cursorsOf: CursorsOf, clock = () => performance.now()) {
  /** Of each of these users. */
  const sessionsOf = (userIds: string[], filter: SessionFilter) => Promise.all(userIds.map(userId => matching(store, userId, filter)))

  /** Whether a call may begin another step. */
  function patience () {
    const until = clock() + LONG_MS
    let [steps, users] = [0, 0]
    return {
      isLeft: () => steps < MANY_STEPS && users < MANY_USERS && clock() < until,
      spend (lookedAt: number): void {
        steps++
        users += lookedAt
      }
    }
  }

  return {
    /**
     * Live sessions of everybody that fit, at most `limit`. Those of a user come together, newest first, the users in no order. What lives all the while is on one of the pages;
     * on two only after Redis has changed: another process, slots that moved, hash tables that shrank. @throws ServiceError `malformed_cursor`
     */
    async findAmongAll (limit: number, cursor: string | undefined, filter: SessionFilter): Promise<AllFound> {
      const [cursors, { isLeft, spend }] = [cursorsOf('all', 'list', filter), patience()]
      const page: SessionDescription[] = []
      let { step, shown, earlier, parts } = positionAfter(cursors, cursor)
      do {
        const { at, userIds, next } = await store.someUsers(step)
        const seen = new Set([...shown, ...earlier])
        const isPart = (mark: string) => parts.some(({ user }) => user === mark)
        const left = userIds.map(userId => ({ userId, mark: markOf(userId) })).filter(({ mark }) => !seen.has(mark))
        // Whoever is shown in part goes on before anybody else.
        left.sort((a, b) => Number(isPart(b.mark)) - Number(isPart(a.mark)))
        for (let start = 0; start < left.length; start += USERS_AT_ONCE) {
          const some = left.slice(start, start + USERS_AT_ONCE)
          const found = await sessionsOf(some.map(({ userId }) => userId), filter)
          for (const [i, sessions] of found.entries()) {
            const mark = String(some[i]?.mark)
            const part = parts.find(({ user }) => user === mark)
            const rest = part === undefined ? sessions : sessions.filter(session => isNewer(part.place, placeOf(session)))
            const fitting = rest.slice(0, limit - page.length)
            page.push(...fitting)
            const last = fitting.at(-1)
            if (last !== undefined) parts = parts.filter(({ user }) => user !== mark)
            if (fitting.length < rest.length) return { sessions: page, nextCursor: cursorAt(cursors, { step: at, shown, earlier, parts: last === undefined ? parts : [...parts, { user: mark, place: placeOf(last) }] }) }
            shown.push(mark)
          }
        }
        if (next === null) return { sessions: page, nextCursor: undefined }
        spend(left.length)
        const inStep = new Set(userIds.map(markOf));
        [step, shown, earlier, parts] = [next, [], shown.filter(mark => !inStep.has(mark)), parts.filter(({ user }) => !inStep.has(user))]
      } while (isLeft() && page.length < limit)
      return { sessions: page, nextCursor: cursorAt(cursors, { step, shown, earlier, parts }) }
    },

    /**
     * Ends the sessions of everybody that fit, MOST_ENDED at most, or only says how many there are: of as many users as one call looks at. The next call goes on behind those.
     * @throws ServiceError `malformed_cursor`
     */
    async endAmongAll ({ filter, cause, isDryRun, cursor, onEnded }: AllToEnd): Promise<AllEnded> {
      const [cursors, most, { isLeft, spend }] = [cursorsOf('all', isDryRun ? 'count' : 'end', filter), isDryRun ? Infinity : MOST_ENDED, patience()]
      let { step } = positionAfter(cursors, cursor)
      let [processed, ended] = [0, 0]

      async function end ({ userId, id }: SessionDescription): Promise<boolean> {
        const wasThere = await store.end(userId, id, cause)
        if (wasThere) {
          ended++
          onEnded()
        }
        return wasThere
      }

      do {
        const { at, userIds, next } = await store.someUsers(step)
        for (let start = 0; start < userIds.length; start += USERS_AT_ONCE) {
          const found = (await sessionsOf(userIds.slice(start, start + USERS_AT_ONCE), filter)).flat()
          const meant = found.slice(0, most - processed)
          processed += meant.length
          if (!isDryRun) await endEach(meant, end)
          // What has ended does not fit any more: the same step has the others.
          if (processed === most) return { processed, ended, more: true, nextCursor: cursorAt(cursors, begin(at)) }
        }
        if (next === null) return { processed, ended, more: false, nextCursor: undefined }
        step = next
        spend(userIds.length)
      } while (isLeft())
      return { processed, ended, more: true, nextCursor: cursorAt(cursors, begin(step)) }
    }
  }
}

const begin = (step: string | null): Position => ({ step, shown: [], earlier: [], parts: [] })

function markOf (userId: string): string {
  return createHash('sha256').update(userId).digest('hex').slice(0, MARK)
}

/** Hex digits of a user's mark. */
const MARK = 12

function cursorAt (cursors: Cursors, { step, shown, earlier, parts }: Position): string {
  const waiting = parts.slice(-MOST_PARTS).map(({ user, place }) => `${user}${textOf(place)}`)
  return cursors.cursorOf([step, shown.join(''), earlier.join(''), waiting.join()].join('|'))
}

/** @throws ServiceError `malformed_cursor` */
function positionAfter (cursors: Cursors, cursor: string | undefined): Position {
  if (cursor === undefined) return begin(null)
  const [step, shown, earlier, parts] = cursors.textIn(cursor).split('|') as [string, string, string, string]
  return { step, shown: marksIn(shown), earlier: marksIn(earlier), parts: parts.split(',').flatMap(partIn) }
}

function marksIn (text: string): string[] {
  return text.match(/.{12}/g) ?? []
}

function partIn (text: string): Part[] {
  return text === '' ? [] : [{ user: text.slice(0, MARK), place: placeIn(text.slice(MARK)) }]
}
