import { unexpected, type Race } from './race.ts'

export default {
  name: 'data write ∥ data write, different keys',
  orders: ['a first', 'b first', 'c first'],
  lanes: 8,
  async round ({ one, two, chance, open, call }, number) {
    const contestant = await open()
    const [a, b, both] = await chance.against<[number, number, number]>(0.3,
      () => call(one, contestant, 'PUT', '/session/data', { key: 'a', value: number }),
      () => call(two, contestant, 'PUT', '/session/data', { key: 'b', value: number }),
      () => call(one, contestant, 'PATCH', '/session/data', { c: number, d: number }))
    const { etag, data } = await two.sessions.readData(contestant.session)
    const faults = [a, b, both].flatMap(status => unexpected('a write', status, 200))
    if (['a', 'b', 'c', 'd'].some(key => data[key] !== number)) faults.push(`lost: ${JSON.stringify(data)}`)
    if (etag !== '"3"') faults.push(`three writes made version ${etag}`)
    const [first = ''] = Object.keys(data)
    await one.sessions.end(contestant.session)
    return { order: `${first} first`, faults }
  }
} satisfies Race
