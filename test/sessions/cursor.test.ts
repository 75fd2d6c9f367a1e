import t from 'tap'
import { createCursors, nextCursorOf, pageOf, placeAfter } from '../../src/sessions/cursor.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { randomKeyring } from '../harness.ts'
import { cursorsOf } from '../store/fixture.ts'

const place = { ms: 1_704_067_200_000, key: 'abcd0123-4567-4890-8abc-def012345678' }
const cursors = cursorsOf('sessions', '1', {})
const made = (place: { ms: number, key: string }) => String(nextCursorOf(cursors, place))
const malformed = { code: 'malformed_cursor' }

t.test('a cursor leads back to the place it was made of and can stand in a URL', t => {
  const cursor = made(place)
  t.match(cursor, /^[A-Za-z0-9_-]{1,128}$/)
  t.strictSame(placeAfter(cursors, cursor), place)
  t.strictSame(placeAfter(cursors, made({ ms: 1, key: '1704067260000' })), { ms: 1, key: '1704067260000' }, 'of an event')
  t.strictSame(placeAfter(cursors, undefined), null)
  t.equal(nextCursorOf(cursors, undefined), undefined)
  t.equal(cursors.textIn(cursors.cursorOf('é')), 'é')
  t.end()
})

t.test('what this service did not make is refused', t => {
  const encoded = (text: string) => Buffer.from(text).toString('base64url')
  const cursor = made(place)
  for (const other of ['', 'x', place.key, encoded(''), encoded(`${place.ms}.${place.key}`), encoded(`xxxxxxxxxxxx${place.ms}.${place.key}`), '\u0000', '😀', cursor.slice(1), cursor.slice(0, 15), cursor.slice(0, 16), cursor.slice(0, -4), cursor.repeat(2)]) {
    t.throws(() => placeAfter(cursors, other), malformed, JSON.stringify(other))
  }
  t.end()
})

t.test('with one character more, less or another it is refused, also if that spells the same bytes', t => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  // Of these lengths the last character has bits to spare, or none.
  for (const key of [place.key, `${place.key}0`, `${place.key}00`]) {
    const cursor = cursors.cursorOf(`${place.ms}.${key}`)
    for (const end of ['!', '=', '==', '..', ' ', '\n', 'A']) t.throws(() => cursors.textIn(cursor + end), malformed, JSON.stringify(end))
    t.throws(() => cursors.textIn(` ${cursor}`), malformed)
    for (let i = 0; i < cursor.length; i++) {
      t.throws(() => cursors.textIn(cursor.slice(0, i) + cursor.slice(i + 1)), malformed, `without ${i}`)
      for (const character of `${alphabet}+/`) {
        const other = `${cursor.slice(0, i)}${character}${cursor.slice(i + 1)}`
        if (other !== cursor && isGood(other)) t.fail(`${character} at ${i} of ${cursor}`)
      }
    }
  }
  t.end()

  function isGood (cursor: string): boolean {
    try {
      return cursors.textIn(cursor) !== ''
    } catch {
      return false
    }
  }
})

t.test('it is good for the list it was made for: of no other verb, user or filter', t => {
  for (const others of [cursorsOf('ended', '1', {}), cursorsOf('sessions', '2', {}), cursorsOf('sessions', '1', { deviceType: 'tv' }), cursorsOf('sessions', '1'), cursorsOf('sessions'), cursorsOf()]) {
    t.throws(() => placeAfter(others, made(place)), malformed)
  }
  t.strictSame(placeAfter(cursorsOf('sessions', '1', { deviceType: undefined }), made(place)), place, 'what is not asked is not there')
  t.end()
})

t.test('keys roll over: the first signs, all verify, a removed one opens nothing', t => {
  const [one, two] = [randomKeyring().replace('test', 'a'), randomKeyring().replace('test', 'b')]
  const [old, adding, moving, last] = [one, `${one},${two}`, `${two},${one}`, two].map(text => createCursors(createKeyring(text))('sessions')) as [typeof cursors, typeof cursors, typeof cursors, typeof cursors]
  for (const each of [adding, moving]) t.equal(each.textIn(old.cursorOf('x')), 'x')
  t.equal(old.textIn(adding.cursorOf('x')), 'x')
  t.equal(last.textIn(moving.cursorOf('x')), 'x')
  t.throws(() => last.textIn(old.cursorOf('x')), malformed)
  t.end()
})

t.test('pages of what is in no order run from newest to oldest, ties by key', t => {
  const items = [{ ms: 1, key: '1' }, { ms: 3, key: '1' }, { ms: 2, key: '2' }, { ms: 2, key: '3' }, { ms: 2, key: '1' }]
  const first = pageOf(items, item => item, 3, null)
  t.strictSame(first, { page: [items[1], items[3], items[2]], end: items[2] })
  t.strictSame(pageOf(items, item => item, 3, { ms: 2, key: '2' }), { page: [items[4], items[0]], end: undefined })
  t.strictSame(pageOf(items, item => item, 5, null).end, undefined, 'a full page is the last one')
  t.end()
})
