import t from 'tap'
import { atStart } from '../../src/plugins/database.ts'
import { serviceError } from '../../src/sessions/errors.ts'

/** Does not answer so often, and then does. */
function slow (times: number, failure: Error = serviceError('users_unavailable', 'away')) {
  const state = { tries: 0 }
  return { state, act: async () => { if (++state.tries <= times) throw failure } }
}

t.test('what the start needs is tried again while PostgreSQL does not answer, but not for ever', async t => {
  const { act, state } = slow(4)
  await atStart(act, 5)
  t.equal(state.tries, 5)
  await t.rejects(atStart(slow(5).act, 5), { message: 'PostgreSQL is not reachable. Check DATABASE_URL and that the server runs.' })
  await t.rejects(atStart(slow(1).act), { message: /not reachable/ })
})

t.test('a mistake is not tried again', async t => {
  const { act, state } = slow(1, new Error('a defect'))
  await t.rejects(atStart(act, 5), { message: 'a defect' })
  t.equal(state.tries, 1)
})
