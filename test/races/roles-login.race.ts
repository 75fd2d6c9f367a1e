import { unexpected, type Race } from './race.ts'

const bob = { email: 'bob@example.com', password: 'secret456' }
const administrator = { userId: '3', profile: { email: 'admin@example.com', name: 'Admin', roles: ['admin'] }, ipAddress: '203.0.113.7', userAgent: 'race/1.0' }

/** How long a login takes here lately, so that the two meet at any of its stages. */
let loginMs = 5

export default {
  name: 'take a role away ∥ login',
  orders: ['login ended', 'login without the role'],
  lanes: 1,
  async round ({ one, two, users, chance, call, ghosts }) {
    await users.change(bob.email, { disabled: false, roles: ['admin'] })
    const before = await two.sessions.open({ ...administrator, userId: '2', profile: { email: bob.email, name: 'Bob', roles: ['admin'] } })
    const admin = await one.sessions.open(administrator)
    const logIn = async () => {
      const began = performance.now()
      const response = await two.inject({ method: 'POST', url: '/login', payload: bob })
      loginMs = 0.9 * loginMs + 0.1 * (performance.now() - began)
      return response
    }
    const demote = async () => {
      await chance.pause(loginMs * 1.2)
      return call(one, admin, 'PATCH', '/admin/users/2', { roles: [] })
    }
    const [response, status] = await Promise.all([logIn(), demote()])
    await one.sessions.end(admin.session)

    const faults = [...unexpected('change', status, 200), ...unexpected(`login (${response.json<{ code?: string }>().code})`, response.statusCode, 200), ...await ghosts(before)]
    const { sessionId = '' } = response.json<{ sessionId?: string }>()
    const session = await one.sessions.validate(sessionId)
    if (session === null) return { order: 'login ended', faults: [...faults, ...await ghosts({ session: { id: sessionId.slice(0, 36) }, credential: sessionId })] }
    if (session.profile.roles.length > 0) faults.push('ghost: a session has the role that was taken away before it was answered')
    faults.push(...unexpected('what needs the role', await call(two, { credential: sessionId }, 'GET', '/admin/stats'), 403))
    await one.sessions.end(session)
    return { order: 'login without the role', faults }
  }
} satisfies Race
