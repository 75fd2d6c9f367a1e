import { unexpected, type Race } from './race.ts'

/** Two logins of one user with the credential of one anonymous session, as of a button that was pressed twice. */
export default {
  name: 'promote ∥ promote',
  settings: { ANONYMOUS_SESSIONS_PER_ADDRESS: '1000000000' },
  orders: ['one after the other', 'one began anew'],
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
        faults.push(`a login was refused with ${found}`)
        continue
      }
      winners++
      const { data } = await one.sessions.readData(found.session)
      if (data.cart !== number) faults.push('a login was answered without the data')
      if (await two.sessions.validate(found.credential, true) === null) faults.push('a login was answered with a dead session')
    }
    const { count } = await one.sessions.list({ userId }, 10)
    const { events } = await one.sessionStore.activity(userId, null)
    const hasBegunAnew = events.some(({ details: { reason } }) => reason === 'replaced')
    if (count !== winners) faults.push(`${count} sessions for ${winners} answers`)
    await one.sessions.endAll(userId)
    return { order: hasBegunAnew ? 'one began anew' : 'one after the other', faults: [...faults, ...unexpected('the number of winners', winners, 2), ...await ghosts(anonymous)] }
  }
} satisfies Race
