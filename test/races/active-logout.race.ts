import { unexpected, type Race } from './race.ts'

/** A device takes over while it is logged out: whatever came first, a session that has ended holds nothing. */
export default {
  name: 'take-over ∥ logout',
  orders: ['take-over first', 'logout first'],
  lanes: 8,
  async round ({ one, two, chance, open, call, ghosts }, number) {
    const userId = `logout-${number}`
    const [phone, laptop] = [await open(userId), await open(userId)]
    const faults = number % 2 === 0 ? unexpected('the holder before', await call(two, laptop, 'PUT', '/me/active/playback', {}), 200) : []
    const [logout, takeOver] = await chance.against<[number, number]>(0.5,
      () => call(one, phone, 'POST', '/logout'),
      () => call(two, phone, 'PUT', '/me/active/playback', { state: number }))
    faults.push(...unexpected('logout', logout, 200), ...unexpected('the take-over', takeOver, 200, 401))
    const { holder } = await one.sessions.activeDevice.show(laptop.session, 'playback')
    const expected = number % 2 === 0 && takeOver === 401 ? laptop.session.id : null
    if (holder !== expected) faults.push(`held by ${holder === phone.session.id ? 'a session that has ended' : holder}`)
    faults.push(...await ghosts(phone))
    await one.sessions.end(laptop.session)
    return { order: takeOver === 200 ? 'take-over first' : 'logout first', faults }
  }
} satisfies Race
