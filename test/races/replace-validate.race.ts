import type { Race } from './race.ts'

export default {
  name: 'replace ∥ replace ∥ validate',
  orders: ['validate first', 'replace first'],
  lanes: 8,
  async round ({ one, two, chance, open, ghosts }, number) {
    const contestant = await open(String(1000 + number))
    const { session, credential } = contestant
    const replace = (app: typeof one) => async () => app.sessions.replace(session, { ipAddress: '203.0.113.7', userAgent: 'race/1.0' }).catch(() => null)
    const [first, second, seen] = await chance.against<[Awaited<ReturnType<ReturnType<typeof replace>>>, Awaited<ReturnType<ReturnType<typeof replace>>>, unknown]>(
      0.3, replace(one), replace(two), async () => two.sessions.validate(credential))
    const faults = await ghosts(contestant)
    const won = [first, second].filter(reopened => reopened !== null)
    if (won.length !== 1) faults.push(`${won.length} of two succeeded`)
    for (const reopened of won) {
      const alive = await two.sessions.validate(reopened.credential)
      if (alive === null) faults.push('the new session is dead')
      else if ((await two.sessions.list(alive, 10, undefined)).count !== 1) faults.push('the list is wrong')
      await one.sessions.end(reopened.session)
    }
    return { order: seen === null ? 'replace first' : 'validate first', faults }
  }
} satisfies Race
