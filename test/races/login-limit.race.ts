import { unexpected, type Race } from './race.ts'

const alice = { email: 'alice@example.com', password: 'password123' }
const LIMIT = 3

/** Logins of one account that meet at its limit: whoever is let in is live or was made to give way, and never more than the limit are. */
export default {
  name: 'login ∥ login at the limit',
  settings: { SESSION_LIMIT: String(LIMIT) },
  orders: ['the last one lives', 'the last one gave way'],
  lanes: 1,
  async round ({ one, two, chance, forgotten }) {
    const logIn = async (app: typeof one) => {
      await chance.pause(3)
      const response = await app.inject({ method: 'POST', url: '/login', payload: alice })
      return { status: response.statusCode, credential: response.json<{ sessionId?: string }>().sessionId ?? '' }
    }
    const answers = await Promise.all([logIn(one), logIn(two), logIn(one), logIn(two), logIn(one)])
    await forgotten()
    const live = (await Promise.all(answers.map(({ credential }) => two.sessions.validate(credential)))).filter(session => session !== null)
    const { count } = await one.sessions.list({ userId: '1' }, 100, undefined)
    const lastLives = await one.sessions.validate(answers.at(-1)?.credential ?? '') !== null
    return {
      order: lastLives ? 'the last one lives' : 'the last one gave way',
      faults: [
        ...answers.flatMap(({ status }) => unexpected('login', status, 200)),
        ...(count === LIMIT ? [] : [`${count} sessions live under a limit of ${LIMIT}`]),
        ...(live.length === LIMIT ? [] : [`${live.length} of the five that were let in are live`])
      ]
    }
  }
} satisfies Race
