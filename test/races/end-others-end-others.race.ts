import type { Race } from './race.ts'

/** Two devices end all others at the same moment: one stays, and knows it. */
export default {
  name: 'end-all except current ∥ end-all except current',
  orders: ['one first', 'two first'],
  lanes: 8,
  async round ({ one, two, chance, open, ghosts }, number) {
    const userId = String(1000 + number)
    const [mine, yours, other] = [await open(userId), await open(userId), await open(userId)]
    const [here, there] = await chance.against(0.3,
      () => one.sessions.endOthers(mine.session).catch(error => String(error.code)),
      () => two.sessions.endOthers(yours.session).catch(error => String(error.code)))
    const [winner, loser] = here === 'invalid_session' ? [yours, mine] : [mine, yours]
    const faults = (await Promise.all([loser, other].map(ghosts))).flat()
    if ([here, there].filter(outcome => outcome === 'invalid_session').length !== 1) faults.push(`they came to ${here} and ${there}`)
    if (await two.sessions.validate(winner.credential) === null) faults.push('whoever won is gone too')
    return { order: winner === mine ? 'one first' : 'two first', faults }
  }
} satisfies Race
