import { unexpected, type Race } from './race.ts'

export default {
  name: 'logout ∥ touch',
  orders: ['touch first', 'logout first'],
  lanes: 8,
  async round ({ one, two, chance, open, call, ghosts }, number) {
    const contestant = await open()
    const [out, back] = number % 2 === 0 ? [one, two] : [two, one]
    const [logout, touch, other] = await chance.against<[number, number, number]>(1.5,
      () => call(out, contestant, 'POST', '/logout'),
      () => call(back, contestant, 'GET', '/me'),
      () => call(out, contestant, 'GET', '/me'))
    return {
      order: touch === 200 ? 'touch first' : 'logout first',
      faults: [
        ...unexpected('logout', logout, 200), ...unexpected('a use', touch, 200, 401), ...unexpected('a use', other, 200, 401), ...await ghosts(contestant)
      ]
    }
  }
} satisfies Race
