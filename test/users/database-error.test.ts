import { inspect } from 'node:util'
import pg from 'pg'
import t from 'tap'
import { databaseError } from '../../src/users/database-error.ts'

function refusal (code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('it says why', 1, 'error'), { code, detail: 'Failing row contains (secret)' })
}

t.test('a server that refuses or cannot work is an outage', async t => {
  for (const code of ['08006', '28P01', '3D000', '53300', '57P01', '57P03', '58030']) {
    t.match(databaseError(refusal(code)), { code: 'users_unavailable', cause: { code, message: 'it says why' } })
  }
})

t.test('a statement that it dislikes is a defect', async t => {
  for (const code of ['23505', '42601', '22P02']) t.match(databaseError(refusal(code)), { code, message: 'it says why' })
})

t.test('no answer at all is an outage, even without a message', async t => {
  const silent = new AggregateError([new Error('::1'), new Error('127.0.0.1')])
  t.match(databaseError(Object.assign(silent, { code: 'ECONNREFUSED' })), { code: 'users_unavailable', cause: { message: 'ECONNREFUSED' } })
})

t.test('rows and connection settings stay behind', async t => {
  const broken = Object.assign(new Error('Connection terminated'), { client: { password: 'secret' } })
  for (const failure of [refusal('23505'), refusal('57P01'), broken]) {
    t.notMatch(inspect(databaseError(failure), { depth: 9 }), /secret/)
  }
})
