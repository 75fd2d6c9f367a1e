import { tagOf } from '../../src/sessions/credential.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { unexpected, type Race } from './race.ts'

const administrator = { userId: '3', profile: { email: 'admin@example.com', name: 'Admin', roles: ['admin'] }, ipAddress: '203.0.113.7', userAgent: 'race/1.0' }
const password = 'seven otters sing'
const passwordHash = hashPassword({ password, cost: 4 })

/** How long a login takes here lately, so that the two meet at any of its stages. */
let loginMs = 5

export default {
  name: 'delete account ∥ login',
  orders: ['login refused', 'login ended'],
  lanes: 1,
  async round ({ one, two, users, redis, keys, chance, call, ghosts }, number) {
    const email = `leaving${number}@example.com`
    const account = await users.add({ email, name: 'Leaving', passwordHash })
    if (account === null) return { order: 'none', faults: ['the account could not be added'] }
    const admin = await one.sessions.open(administrator)
    const logIn = async () => {
      const began = performance.now()
      const response = await two.inject({ method: 'POST', url: '/login', payload: { email, password } })
      loginMs = 0.9 * loginMs + 0.1 * (performance.now() - began)
      return response
    }
    const remove = async () => {
      await chance.pause(loginMs * 1.2)
      return call(one, admin, 'DELETE', `/admin/users/${account.id}`)
    }
    const [response, status] = await Promise.all([logIn(), remove()])
    await one.sessions.end(admin.session)

    const id = String(account.id)
    const faults = unexpected('delete', status, 200)
    if (await users.find(account.id) !== null) faults.push('the account is still there')
    if (await redis.exists(keys.userActivity(tagOf(id), id), keys.userSessions(tagOf(id), id)) > 0) faults.push('something of the user is still stored')
    const { sessionId } = response.json<{ sessionId?: string }>()
    if (sessionId === undefined) return { order: 'login refused', faults: [...faults, ...unexpected('login', response.statusCode, 401)] }
    return { order: 'login ended', faults: [...faults, ...await ghosts({ session: { id: sessionId.slice(0, 36) }, credential: sessionId })] }
  }
} satisfies Race
