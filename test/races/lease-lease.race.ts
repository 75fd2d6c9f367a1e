import { unexpected, type Race } from './race.ts'

const LIMIT = 2

/** Four devices ask for two places: two get one, and everybody sees the same two. */
export default {
  name: 'lease ∥ lease at the limit',
  settings: { CHANNEL_LIMITS: `streams:${LIMIT}` },
  orders: ['the first has one', 'the first has none'],
  lanes: 8,
  async round ({ one, two, chance, open, call }, number) {
    const userId = `lease-${number}`
    const all = [await open(userId), await open(userId), await open(userId), await open(userId)]
    const statuses = await chance.against<number[]>(0.3, ...all.map((contestant, i) => () => call(i % 2 === 0 ? one : two, contestant, 'POST', '/me/leases/streams')))
    const faults = statuses.flatMap(status => unexpected('a lease', status, 200, 409))
    const winners = all.filter((_, i) => statuses[i] === 200).map(({ session }) => session.id).sort()
    if (winners.length !== LIMIT) faults.push(`${winners.length} leases`)
    for (const app of [one, two]) {
      const [{ session } = { session: { id: '' } }] = all
      const { leases } = await app.sessions.leases.show(session, 'streams')
      const seen = leases.map(({ sessionId }) => sessionId).sort()
      if (seen.join() !== winners.join()) faults.push(`seen: ${seen.join()}, given: ${winners.join()}`)
    }
    for (const { session } of all) await one.sessions.end(session)
    return { order: statuses[0] === 200 ? 'the first has one' : 'the first has none', faults }
  }
} satisfies Race
