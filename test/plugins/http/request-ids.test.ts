import t from 'tap'
import { createRequestIds } from '../../../src/plugins/http/request-ids.ts'

const none = { headers: {} }

t.test('none comes twice, also when the numbers have all been there', t => {
  const idOf = createRequestIds(8)
  const ids = Array.from({ length: 32 }, () => idOf(none))
  t.equal(new Set(ids).size, 32)
  t.equal(new Set(ids.map(id => id.slice(0, 13))).size, 5, 'other bytes whenever the number is where it began')
  t.end()
})

t.test('a well-formed id of the caller is taken, one that could be an own one is not', t => {
  const idOf = createRequestIds()
  const own = idOf(none)
  t.match(own, /^[A-Za-z0-9_-]{12}-\d+$/)
  t.equal(idOf({ headers: { 'x-request-id': 'A.b_c-1' } }), 'A.b_c-1')
  for (const given of [own, `${own}1`, 'not well-formed', '', 'x'.repeat(65)]) t.not(idOf({ headers: { 'x-request-id': given } }), given)
  t.end()
})
