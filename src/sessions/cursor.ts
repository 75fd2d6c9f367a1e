import { serviceError } from './errors.ts'
import type { SessionDescription } from './session.ts'

/** A place in a list that is sorted by a time and, within it, by a text that is unique: a public id, or the number of an event. */
export interface Place { ms: number, key: string }

const SYNTAX = /^(\d{1,15})\.(\d{1,16}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** Where a page ended, as callers hand it back; opaque to them. */
export function cursorOf ({ ms, key }: Place): string {
  return Buffer.from(`${ms}.${key}`).toString('base64url')
}

/** Of a session in a list of those of a user. */
export function placeOf ({ id, times }: Pick<SessionDescription, 'id' | 'times'>): Place {
  return { ms: times.createdAtMs, key: id }
}

/** Where the page before ended, or null for the first page. @throws ServiceError `malformed_cursor` */
export function placeAfter (cursor: string | undefined): Place | null {
  if (cursor === undefined) return null
  const [, ms, key] = SYNTAX.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (ms === undefined || key === undefined) throw malformedCursor()
  return { ms: Number(ms), key }
}

/** A page of what is sorted newest first by its place, and the cursor of the next one. */
export function pageOf<Item> (items: Item[], placeOf: (item: Item) => Place, limit: number, after: Place | null): { page: Item[], nextCursor: string | undefined } {
  const rest = items
    .filter(item => after === null || isNewer(after, placeOf(item)))
    .sort((a, b) => isNewer(placeOf(a), placeOf(b)) ? -1 : 1)
  const page = rest.slice(0, limit)
  const last = rest.length > limit ? page.at(-1) : undefined
  return { page, nextCursor: last && cursorOf(placeOf(last)) }
}

/** Within one moment by the text. */
export function isNewer (a: Place, b: Place): boolean {
  return a.ms === b.ms ? a.key > b.key : a.ms > b.ms
}

export function malformedCursor () {
  return serviceError('malformed_cursor', 'The cursor was not made by this service. Send the nextCursor of the page before, or none for the first page.')
}
