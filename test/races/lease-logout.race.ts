import { unexpected, type Race } from './race.ts'

/** The only place, while the one who has it is logged out: it is free at once, and never taken twice. */
export default {
  name: 'lease ∥ end of a holder',
  settings: { CHANNEL_LIMITS: 'streams:1' },
  orders: ['lease first', 'logout first'],
  lanes: 8,
  async round ({ one, two, chance, open, call, ghosts }, number) {
    const userId = `end-${number}`
    const [phone, laptop, tv] = [await open(userId), await open(userId), await open(userId)]
    const faults = unexpected('the lease before', await call(two, phone, 'POST', '/me/leases/streams'), 200)
    const [logout, first, second] = await chance.against<[number, number, number]>(0.3,
      () => call(one, phone, 'POST', '/logout'),
      () => call(two, laptop, 'POST', '/me/leases/streams'),
      () => call(one, tv, 'POST', '/me/leases/streams'))
    faults.push(...unexpected('logout', logout, 200), ...unexpected('a lease', first, 200, 409), ...unexpected('a lease', second, 200, 409))
    if (first === 200 && second === 200) faults.push('two have the only place')
    if (first === 409 && second === 409) faults.push(...unexpected('the place of who is gone', await call(two, laptop, 'POST', '/me/leases/streams'), 200))
    const { leases } = await two.sessions.leases.show(tv.session, 'streams')
    const expected = second === 200 ? tv.session.id : laptop.session.id
    if (leases.map(({ sessionId }) => sessionId).join() !== expected) faults.push(`held by ${leases.length}`)
    faults.push(...await ghosts(phone))
    for (const { session } of [laptop, tv]) await one.sessions.end(session)
    return { order: first === 200 || second === 200 ? 'logout first' : 'lease first', faults }
  }
} satisfies Race
