import t from 'tap'
import { cursorOf, pageOf, placeAfter, positionOf } from '../../src/sessions/cursor.ts'

const position = { createdAtMs: 1_704_067_200_000, id: 'abcd0123-4567-4890-8abc-def012345678' }

t.test('a cursor leads back to the position it was made of and can stand in a URL', t => {
  const cursor = cursorOf(position)
  t.match(cursor, /^[A-Za-z0-9_-]+$/)
  t.strictSame(positionOf(cursor), position)
  t.end()
})

t.test('what this service did not make is refused', t => {
  const encoded = (text: string) => Buffer.from(text).toString('base64url')
  const cursor = cursorOf(position)
  for (const other of [
    '', 'x', position.id, cursor.slice(1), cursor.slice(0, -4), encoded(''), encoded(`.${position.id}`), encoded(`-1.${position.id}`), encoded(`1e3.${position.id}`),
    encoded(`1.${position.id.toUpperCase()}`), encoded(`1.${position.id} `), encoded(`${'9'.repeat(16)}.${position.id}`), encoded('1.\'; DROP'), '\u0000', '😀'
  ]) t.throws(() => positionOf(other), { code: 'malformed_cursor' }, JSON.stringify(other))
  t.end()
})

t.test('pages of what is in no order run from newest to oldest, ties by key', t => {
  const items = [{ ms: 1, key: 'a' }, { ms: 3, key: 'a' }, { ms: 2, key: 'b' }, { ms: 2, key: 'c' }, { ms: 2, key: 'a' }]
  const first = pageOf(items, item => item, 3, null)
  t.strictSame(first.page, [items[1], items[3], items[2]])
  const second = pageOf(items, item => item, 3, placeAfter(first.nextCursor))
  t.strictSame(second, { page: [items[4], items[0]], nextCursor: undefined })
  t.strictSame(pageOf(items, item => item, 5, placeAfter(undefined)).nextCursor, undefined, 'a full page is the last one')
  t.throws(() => placeAfter('x'), { code: 'malformed_cursor' })
  t.end()
})
