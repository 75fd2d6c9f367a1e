import type { Race } from './race.ts'

/** A session ends all others while its password is proven, which gives it another id: whoever was told of success is alive. */
export default {
  name: 'end-all except current ∥ re-authentication of the same session',
  orders: ['end-all first', 'replaced first'],
  lanes: 8,
  async round ({ one, two, chance, open, ghosts }, number) {
    const userId = String(1000 + number)
    const [mine, other] = [await open(userId), await open(userId)]
    const [ended, replaced] = await chance.against<[unknown, Awaited<ReturnType<typeof two.sessions.replace>>]>(0.3,
      () => one.sessions.endOthers(mine.session).catch(error => String(error.code)),
      () => two.sessions.replace(mine.session, { ipAddress: '203.0.113.7', userAgent: 'race/1.0' }))
    const faults = await ghosts(mine)
    if (ended !== 1 && ended !== 'invalid_session') faults.push(`end-all came to ${ended}`)
    if (await one.sessions.validate(replaced.credential) === null) faults.push('the session under its new id is gone')
    if (ended === 1) faults.push(...await ghosts(other))
    else if (await one.sessions.validate(other.credential) === null) faults.push('the other one has ended although nothing was to change')
    return { order: ended === 1 ? 'end-all first' : 'replaced first', faults }
  }
} satisfies Race
