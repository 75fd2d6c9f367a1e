import type { Race } from './race.ts'

const alice = { email: 'alice@example.com', password: 'password123' }

/** How long a login takes here lately, so that the end meets it at any of its stages. */
let loginMs = 5

export default {
  name: 'end of everybody ∥ login',
  orders: ['login survives', 'login is ended too'],
  lanes: 1,
  async round ({ one, two, chance, open, forgotten }) {
    const before = await open()
    let loggedInAt = Infinity
    const logIn = async () => {
      const began = performance.now()
      const response = await two.inject({ method: 'POST', url: '/login', payload: alice })
      loggedInAt = performance.now()
      loginMs = 0.9 * loginMs + 0.1 * (loggedInAt - began)
      return response.json<{ sessionId: string }>().sessionId
    }
    const running = logIn()
    await chance.pause(loginMs)
    const endAt = performance.now()
    await one.sessions.endEverybody()
    const credential = await running
    await two.everybody.read()
    await forgotten()

    const faults = []
    for (const app of [one, two]) if (await app.sessions.validate(before.credential) !== null) faults.push('ghost: a session of before')
    const [session = null, elsewhere = null] = await Promise.all([one, two].map(app => app.sessions.validate(credential)))
    if ((session === null) !== (elsewhere === null)) faults.push('the instances disagree about the new session')
    if (session !== null && loggedInAt < endAt) faults.push('ghost: a session that was answered before the end was asked for')
    if (session !== null) await one.sessions.end(session)
    return { order: session === null ? 'login is ended too' : 'login survives', faults }
  }
} satisfies Race
