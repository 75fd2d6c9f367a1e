import { unexpected, type Race } from './race.ts'

/** Two logins of one user with the credential of one anonymous session, as of a button that was pressed twice. */
export default {
  name: 'promote ∥ promote',
  settings: { ANONYMOUS_SESSIONS_PER_ADDRESS: '1000000000' },
  orders: ['both with the data', 'one'],
  lanes: 8,
  async round ({ one, two, chance, ghosts }, number) {
    const anonymous = await one.sessions.openAnonymous({ ipAddress: '203.0.113.7', userAgent: 'race/1.0' })
    await one.sessions.setKey(anonymous.session, 'cart', number, undefined)
    const userId = `u${number}`
    const promote = async (app: typeof one) => app.sessions.open({
      userId, profile: { email: '', name: '', roles: [] }, ipAddress: '203.0.113.7', userAgent: 'race/1.0', anonymous: { credential: anonymous.credential, keeps: 'all' }
    }).catch((error: { code?: string }) => error.code ?? String(error))
    const opened = await chance.against(5, () => promote(one), () => promote(two))
    const faults: string[] = []
    let winners = 0
    for (const found of opened) {
      if (typeof found === 'string') {
        if (found !== 'login_busy') faults.push(`a login was refused with ${found}`)
        continue
      }
      winners++
      const { data } = await one.sessions.readData(found.session)
      if (data.cart !== number) faults.push('a login was answered without the data')
      if (await two.sessions.validate(found.credential, true) === null) faults.push('a login was answered with a dead session')
    }
    if (winners === 0) faults.push('nobody has the data')
    const { count } = await one.sessions.list({ userId }, 10)
    if (count !== winners) faults.push(`${count} sessions for ${winners} answers`)
    await one.sessions.endAll(userId)
    return { order: winners === 2 ? 'both with the data' : 'one', faults: [...faults, ...unexpected('the number of winners', winners, 1, 2), ...await ghosts(anonymous)] }
  }
} satisfies Race
