import { unexpected, type Race } from './race.ts'

/** Two devices become active at once; in every other round only as the first. */
export default {
  name: 'take-over ∥ take-over',
  orders: ['phone last', 'laptop last', 'phone alone', 'laptop alone'],
  lanes: 8,
  async round ({ one, two, chance, open, call }, number) {
    const userId = `active-${number}`
    const [phone, laptop] = [await open(userId), await open(userId)]
    const isFirst = number % 2 === 0
    const body = isFirst ? { ifVersion: 0 } : {}
    const statuses = await chance.against<[number, number]>(0.3,
      () => call(one, phone, 'PUT', '/me/active/playback', body),
      () => call(two, laptop, 'PUT', '/me/active/playback', body))
    const faults = statuses.flatMap(status => unexpected('a take-over', status, 200, ...(isFirst ? [412] : [])))
    if (isFirst && statuses.filter(status => status === 200).length !== 1) faults.push(`as the first: ${statuses.join()}`)
    const [seen, elsewhere] = [await two.sessions.activeDevice.show(phone.session, 'playback'), await one.sessions.activeDevice.show(laptop.session, 'playback')]
    if (seen.holder !== elsewhere.holder || seen.version !== elsewhere.version) faults.push('two holders')
    const holder = seen.holder === phone.session.id ? 'phone' : 'laptop'
    if (seen.holder !== phone.session.id && seen.holder !== laptop.session.id) faults.push(`held by ${seen.holder}`)
    if (isFirst && statuses[holder === 'phone' ? 0 : 1] !== 200) faults.push('held by whoever was refused')
    for (const { session } of [phone, laptop]) await one.sessions.end(session)
    return { order: `${holder} ${isFirst ? 'alone' : 'last'}`, faults }
  }
} satisfies Race
