import t from 'tap'
import { cursorOf, pageOf, placeAfter } from '../../src/sessions/cursor.ts'

const place = { ms: 1_704_067_200_000, key: 'abcd0123-4567-4890-8abc-def012345678' }

t.test('a cursor leads back to the place it was made of and can stand in a URL', t => {
  const cursor = cursorOf(place)
  t.match(cursor, /^[A-Za-z0-9_-]+$/)
  t.strictSame(placeAfter(cursor), place)
  t.strictSame(placeAfter(cursorOf({ ms: 1, key: '1704067260000' })), { ms: 1, key: '1704067260000' }, 'of an event')
  t.end()
})

t.test('what this service did not make is refused', t => {
  const encoded = (text: string) => Buffer.from(text).toString('base64url')
  const cursor = cursorOf(place)
  for (const other of [
    '', 'x', place.key, cursor.slice(1), cursor.slice(0, -4), encoded(''), encoded(`.${place.key}`), encoded(`-1.${place.key}`), encoded(`1e3.${place.key}`),
    encoded(`1.${place.key.toUpperCase()}`), encoded(`1.${place.key} `), encoded(`${'9'.repeat(16)}.${place.key}`), encoded('1.\'; DROP'), '\u0000', '😀'
  ]) t.throws(() => placeAfter(other), { code: 'malformed_cursor' }, JSON.stringify(other))
  t.end()
})

t.test('pages of what is in no order run from newest to oldest, ties by key', t => {
  const items = [{ ms: 1, key: '1' }, { ms: 3, key: '1' }, { ms: 2, key: '2' }, { ms: 2, key: '3' }, { ms: 2, key: '1' }]
  const first = pageOf(items, item => item, 3, null)
  t.strictSame(first.page, [items[1], items[3], items[2]])
  const second = pageOf(items, item => item, 3, placeAfter(first.nextCursor))
  t.strictSame(second, { page: [items[4], items[0]], nextCursor: undefined })
  t.strictSame(pageOf(items, item => item, 5, placeAfter(undefined)).nextCursor, undefined, 'a full page is the last one')
  t.throws(() => placeAfter('x'), { code: 'malformed_cursor' })
  t.end()
})
