import t from 'tap'
import { cursorOf, positionOf } from '../../src/sessions/cursor.ts'

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
