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
  if (createdAt === undefined || id === undefined) {
    throw serviceError('malformed_cursor', 'The cursor was not made by this service. Send the nextCursor of the page before, or none for the first page.')
  }
  return { createdAtMs: Number(createdAt), id }
}
