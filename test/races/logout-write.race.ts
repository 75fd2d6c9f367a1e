import { unexpected, type Race } from './race.ts'

export default {
  name: 'logout ∥ data write',
  orders: ['write first', 'logout first'],
  lanes: 8,
  async round ({ one, two, chance, open, call, ghosts }, number) {
    const contestant = await open()
    // Half of the sessions have data already: the write of the other half would make a key.
    if (number % 2 === 0) await call(one, contestant, 'PUT', '/session/data', { key: 'cart', value: [1] })
    const [logout, write] = await chance.against<[number, number]>(0.5,
      () => call(one, contestant, 'POST', '/logout'),
      () => call(two, contestant, 'PUT', '/session/data', { key: 'late', value: number }))
    return {
      order: write === 200 ? 'write first' : 'logout first',
      faults: [...unexpected('logout', logout, 200), ...unexpected('the write', write, 200, 401), ...await ghosts(contestant)]
    }
  }
} satisfies Race
