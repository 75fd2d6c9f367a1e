import { malformedCursor } from '../sessions/cursor.ts'

/** Where a page of accounts ended, as callers hand it back; opaque to them. */
export function cursorOf (id: number): string {
  return Buffer.from(`user.${id}`).toString('base64url')
}

/** The id after which the next page begins; 0 for the first page. @throws ServiceError `malformed_cursor` */
export function idAfter (cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const [, id] = /^user\.([1-9]\d{0,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (id === undefined) throw malformedCursor()
  return Number(id)
}
