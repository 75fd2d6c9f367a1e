import type { Race } from './race.ts'

export default {
  name: 'data write ∥ data write, same version',
  orders: ['0 wins', '1 wins', '2 wins'],
  lanes: 8,
  async round ({ one, two, chance, open }, number) {
    const contestant = await open()
    await one.sessions.setKey(contestant.session, 'seat', 'free', undefined)
    const take = (app: typeof one, who: number) => async () => {
      const response = await app.inject({
        method: 'PUT', url: '/session/data', payload: { key: 'seat', value: who }, headers: { 'x-session-id': contestant.credential, 'if-match': '"1"' }
      })
      return response.statusCode
    }
    const statuses = await chance.against<[number, number, number]>(0.3, take(one, 0), take(two, 1), take(number % 2 === 0 ? one : two, 2))
    const winners = statuses.flatMap((status, who) => status === 200 ? [who] : [])
    const { etag, value } = await two.sessions.readKey(contestant.session, 'seat')
    const faults = winners.length === 1 && statuses.filter(status => status === 412).length === 2 ? [] : [`answers ${statuses.join(', ')}`]
    if (value !== winners[0] || etag !== '"2"') faults.push(`the winner is ${winners[0]}, stored is ${String(value)} at ${etag}`)
    await one.sessions.end(contestant.session)
    return { order: `${winners[0]} wins`, faults }
  }
} satisfies Race
