import { unexpected, type Race } from './race.ts'

const alice = { email: 'alice@example.com', password: 'password123' }

/** How long a login takes here lately, so that end-all meets it at any of its stages. */
let loginMs = 5

export default {
  name: 'end-all ∥ login',
  orders: ['login survives', 'login is ended too'],
  lanes: 1,
  async round ({ one, two, chance, open, call, ghosts, forgotten }) {
    const caller = await open()
    const before = [caller, await open()]
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
    const endAllAt = performance.now()
    const status = await call(one, caller, 'DELETE', '/sessions/all')
    const credential = await running
    await forgotten()

    const [session = null, elsewhere = null] = await Promise.all([one, two].map(app => app.sessions.validate(credential)))
    const faults = [...unexpected('end-all', status, 200), ...(await Promise.all(before.map(ghosts))).flat()]
    if ((session === null) !== (elsewhere === null)) faults.push('the instances disagree about the new session')
    if (session !== null && loggedInAt < endAllAt) faults.push('ghost: a session that was answered before end-all was sent')
    if (session !== null) await one.sessions.end(session)
    return { order: session === null ? 'login is ended too' : 'login survives', faults }
  }
} satisfies Race
