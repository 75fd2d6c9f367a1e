import { demo } from '../harness.ts'
import { unexpected, type Race } from './race.ts'

/** Logins of an account that may be logged in once, and whose second login is refused: of those that meet exactly one is let in, and lives. */
export default {
  name: 'login ∥ login, one session at a time',
  settings: { SESSION_LIMIT: '1', SESSION_LIMIT_POLICY: 'deny' },
  orders: ['the first is let in', 'another is let in'],
  lanes: 1,
  async round ({ one, two, chance, forgotten }) {
    const logIn = (app: typeof one) => () => app.inject({ method: 'POST', url: '/login', payload: demo.alice })
    const answers = await chance.against<Array<Awaited<ReturnType<ReturnType<typeof logIn>>>>>(0.3, logIn(one), logIn(two), logIn(one))
    const letIn = answers.filter(({ statusCode }) => statusCode === 200).map(answer => answer.json<{ sessionId: string }>().sessionId)
    const faults = [
      ...answers.flatMap(({ statusCode }) => unexpected('a login', statusCode, 200, 409)),
      ...(letIn.length === 1 ? [] : [`${letIn.length} were let in`])
    ]
    await forgotten()
    const { count } = await two.sessions.list({ userId: '1' }, 100, undefined)
    if (count !== 1) faults.push(`${count} sessions live`)
    const session = await two.sessions.validate(letIn[0] ?? '')
    if (session === null) faults.push('who was let in is not')
    await one.sessions.endAll('1')
    return { order: answers[0]?.statusCode === 200 ? 'the first is let in' : 'another is let in', faults }
  }
} satisfies Race
