import { serviceError } from './errors.ts'
import type { PageRequest } from './store.ts'

type Position = NonNullable<PageRequest['after']>

const SYNTAX = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** Where a page ended, as callers hand it back; opaque to them. */
export function cursorOf ({ createdAtMs, id }: Position): string {
  return Buffer.from(`${createdAtMs}.${id}`).toString('base64url')
}

/** @throws ServiceError `malformed_cursor` */
export function positionOf (cursor: string): Position {
  const [, createdAt, id] = SYNTAX.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (createdAt === undefined || id === undefined) throw malformed()
  return { createdAtMs: Number(createdAt), id }
}

/** A place in a list that is sorted by a time and, within it, by a text that is unique. */
export interface Place { ms: number, key: string }

const PLACE = /^(\d{1,15})\.([0-9a-f-]{1,36})$/

/** A page of what is sorted newest first by its place, and the cursor of the next one. */
export function pageOf<Item> (items: Item[], placeOf: (item: Item) => Place, limit: number, after: Place | null): { page: Item[], nextCursor: string | undefined } {
  const rest = items
    .filter(item => after === null || isNewer(after, placeOf(item)))
    .sort((a, b) => isNewer(placeOf(a), placeOf(b)) ? -1 : 1)
  const page = rest.slice(0, limit)
  const last = rest.length > limit ? page.at(-1) : undefined
  return { page, nextCursor: last && textOf(placeOf(last)) }
}

function isNewer (a: Place, b: Place): boolean {
  return a.ms === b.ms ? a.key > b.key : a.ms > b.ms
}

function textOf ({ ms, key }: Place): string {
  return Buffer.from(`${ms}.${key}`).toString('base64url')
}

/** Where the page before ended, or null for the first page. @throws ServiceError `malformed_cursor` */
export function placeAfter (cursor: string | undefined): Place | null {
  if (cursor === undefined) return null
  const [, ms, key] = PLACE.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (ms === undefined || key === undefined) throw malformed()
  return { ms: Number(ms), key }
}

function malformed () {
  return serviceError('malformed_cursor', 'The cursor was not made by this service. Send the nextCursor of the page before, or none for the first page.')
}
