import { unexpected, type Race } from './race.ts'

/** An account that no other race logs in to, because its password changes. */
const profile = { email: 'admin@example.com', name: 'Admin', roles: [] }
const account = { userId: '3', profile, ipAddress: '203.0.113.7', userAgent: 'race/1.0' }

const passwords = ['seven otters sing', 'nine herons wade']

/** What its password is now. */
let current = 'admin789'

/** How long a change of the password takes here lately, so that the login meets it at any of its stages. */
let changeMs = 10

export default {
  name: 'password change ∥ login with the old password',
  orders: ['login refused', 'login ended'],
  lanes: 1,
  async round ({ one, two, chance, ghosts }, number) {
    const [changer, before] = [await one.sessions.open(account), await two.sessions.open(account)]
    const newPassword = passwords[number % 2] ?? ''
    const headers = { 'x-session-id': changer.credential }
    const change = async () => {
      const began = performance.now()
      const response = await one.inject({ method: 'POST', url: '/me/password', headers, payload: { currentPassword: current, newPassword } })
      changeMs = 0.9 * changeMs + 0.1 * (performance.now() - began)
      return response
    }
    const logIn = async () => {
      await chance.pause(changeMs * 1.2)
      return two.inject({ method: 'POST', url: '/login', payload: { email: profile.email, password: current } })
    }
    const [changed, loggedIn] = await Promise.all([change(), logIn()])
    if (changed.statusCode !== 200) return { order: 'none', faults: [`change answered ${changed.statusCode} ${changed.body}`] }
    current = newPassword

    const faults = (await Promise.all([changer, before].map(ghosts))).flat()
    const { sessionId } = changed.json<{ sessionId: string }>()
    const [mine, elsewhere] = await Promise.all([one, two].map(app => app.sessions.validate(sessionId)))
    if (!mine || !elsewhere) return { order: 'none', faults: [...faults, 'the session that changed the password is dead'] }
    const { count } = await one.sessions.list(mine, 1, undefined)
    if (count !== 1) faults.push(`${count} sessions are left`)
    const { sessionId: intruder } = loggedIn.json<{ sessionId?: string }>()
    if (intruder !== undefined) faults.push(...await ghosts({ session: { id: intruder.slice(0, 36) }, credential: intruder }))
    faults.push(...unexpected('login', loggedIn.statusCode, 200, 401))
    await one.sessions.end(mine)
    return { order: intruder === undefined ? 'login refused' : 'login ended', faults }
  }
} satisfies Race
