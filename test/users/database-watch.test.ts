import t from 'tap'
import { serviceError } from '../../src/sessions/errors.ts'
import { watchDatabase } from '../../src/users/database-watch.ts'

t.test('an outage and its end are told once each; a statement that is refused is none', async t => {
  const told: string[] = []
  const answers: Array<() => Promise<never[]>> = []
  const up = async () => []
  const away = async () => { throw serviceError('users_unavailable', 'Later.', { cause: new Error('ECONNREFUSED') }) }
  const defect = async () => { throw new Error('syntax error') }
  const { query } = watchDatabase({ query: async () => (answers.shift() ?? up)() }, {
    onOutage: cause => told.push(String(cause)), onReturn: () => told.push('back')
  })
  for (const [answer, expected] of [[up, []], [defect, []], [away, ['Error: ECONNREFUSED']], [away, []], [defect, []], [up, ['back']], [up, []], [away, ['Error: ECONNREFUSED']]] as const) {
    answers.push(answer)
    told.length = 0
    const outcome = query('SELECT 1').then(() => 'rows', error => error)
    await outcome
    t.strictSame(told, expected)
    t.equal(await outcome === 'rows', answer === up, 'the caller gets what there is')
  }
})
