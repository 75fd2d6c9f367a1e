import { unexpected, type Race } from './race.ts'

const bob = { email: 'bob@example.com', password: 'secret456' }

/** How long a login takes here lately, so that the two meet at any of its stages. */
let loginMs = 5

export default {
  name: 'disable account ∥ login',
  orders: ['login refused', 'login ended'],
  lanes: 1,
  async round ({ one, two, users, chance, ghosts }) {
    await users.setDisabled(bob.email, false)
    const logIn = async () => {
      const began = performance.now()
      const response = await two.inject({ method: 'POST', url: '/login', payload: bob })
      loginMs = 0.9 * loginMs + 0.1 * (performance.now() - began)
      return response
    }
    const disable = async () => {
      await chance.pause(loginMs * 1.2)
      await users.setDisabled(bob.email, true)
      await one.sessions.endAll('2')
    }
    const [response] = await Promise.all([logIn(), disable()])

    const { sessionId } = response.json<{ sessionId?: string }>()
    if (sessionId === undefined) return { order: 'login refused', faults: unexpected('login', response.statusCode, 401) }
    const [id = ''] = sessionId.split('.')
    return { order: 'login ended', faults: await ghosts({ session: { id }, credential: sessionId }) }
  }
} satisfies Race
