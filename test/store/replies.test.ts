import t from 'tap'
import { createVerdictReader } from '../../src/store/replies.ts'

const [id, other] = ['e1080000-0000-4000-8000-000000000001', 'e1080000-0000-4000-8000-000000000002']

function verdict ({ goodForMs = 900, touchedAtMs = 1000, more = '' } = {}): string {
  return `${goodForMs} ["1",["alice@example.com","Alice","admin"],1000,${touchedAtMs},60000,90000,0,1000,0,"",0${more}]`
}

t.test('a verdict that says the same is read once, and how long it is good each time', async t => {
  const verdictOf = createVerdictReader(true)
  const first = verdictOf(id, verdict())
  t.match(first, {
    session: { id, userId: '1', profile: { email: 'alice@example.com', name: 'Alice', roles: ['admin'] }, times: { createdAtMs: 1000, lastAccessedAtMs: 1000 }, goodForMs: 900, isAdvanced: false, made: [] },
    left: undefined,
    entered: undefined
  })
  const again = verdictOf(id, verdict({ goodForMs: -3 }))
  t.equal(again.session?.goodForMs, -3)
  t.equal(first.session?.goodForMs, 900, 'each has its own')
  t.equal(again.session?.made, first.session?.made, 'what was made of it is found again')
})

t.test('one that says anything else, or of another session, is read anew', async t => {
  const verdictOf = createVerdictReader(true)
  const first = verdictOf(id, verdict())
  const moved = verdictOf(id, verdict({ touchedAtMs: 2000, more: ',"6","7","",""' }))
  t.match(moved, { session: { times: { lastAccessedAtMs: 2000 } }, left: '6', entered: '7' })
  t.not(moved.session?.made, first.session?.made)
  const another = verdictOf(other, verdict())
  t.equal(another.session?.id, other)
  t.not(another.session?.made, first.session?.made)
  t.strictSame(verdictOf(id, 'dead 6'), { session: null, left: '6' })
  t.throws(() => verdictOf(id, 'error WRONGTYPE'), { message: 'WRONGTYPE' })
})

t.test('whoever does not remember reads each', async t => {
  const verdictOf = createVerdictReader(false)
  t.equal(verdictOf(id, verdict()).session?.made, undefined)
  t.match(verdictOf(id, verdict({ touchedAtMs: 3000 })), { session: { times: { lastAccessedAtMs: 3000 } } })
})
