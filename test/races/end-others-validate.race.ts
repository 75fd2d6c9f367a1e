import type { Race } from './race.ts'

export default {
  name: 'end-all except current ∥ validate',
  orders: ['validate first', 'end-all first'],
  lanes: 8,
  async round ({ one, two, chance, open, ghosts }, number) {
    const userId = String(1000 + number)
    const [current, ...others] = [await open(userId), await open(userId), await open(userId)]
    const [, kept, other] = await chance.against<[number, unknown, unknown]>(0.3,
      () => one.sessions.endOthers(current.session),
      async () => two.sessions.validate(current.credential),
      async () => two.sessions.validate(others[0]?.credential ?? ''))
    const faults = (await Promise.all(others.map(ghosts))).flat()
    if (kept === null) faults.push('the current session was refused')
    if (await two.sessions.validate(current.credential) === null) faults.push('the current session is gone')
    return { order: other === null ? 'end-all first' : 'validate first', faults }
  }
} satisfies Race
