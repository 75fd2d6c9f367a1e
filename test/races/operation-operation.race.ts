import { unexpected, type Race } from './race.ts'

/** Devices of a user change one value and another by what they are, while a third one writes a key of its own. */
export default {
  name: 'operation ∥ operation ∥ write',
  orders: ['phone first', 'laptop first'],
  lanes: 8,
  async round ({ one, two, chance, open, call }, number) {
    const userId = `operation-${number}`
    const [phone, laptop] = [await open(userId), await open(userId)]
    const operationsOf = (name: string) => ({ operations: [{ op: 'increment', key: 'count', value: 1 }, { op: 'append', key: 'order', value: name }] })
    const statuses = await chance.against<[number, number, number]>(0.3,
      () => call(one, phone, 'POST', '/me/data/operations', operationsOf('phone')),
      () => call(two, laptop, 'POST', '/me/data/operations', operationsOf('laptop')),
      () => call(two, phone, 'PUT', '/me/data', { key: 'number', value: number }))
    const { data } = await two.sessions.userData.readData(phone.session)
    const faults = statuses.flatMap(status => unexpected('a change', status, 200))
    const order = [data.order].flat()
    if (data.count !== 2 || data.number !== number || order.length !== 2) faults.push(`lost: ${JSON.stringify(data)}`)
    for (const { session } of [phone, laptop]) await one.sessions.end(session)
    return { order: `${order[0]} first`, faults }
  }
} satisfies Race
