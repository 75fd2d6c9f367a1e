import { demo } from '../harness.ts'
import type { Race } from './race.ts'

/** Logins at once, over two instances. */
const LOGINS = 4

export default {
  name: 'login ∥ login, one device',
  orders: ['the first is left', 'another is left'],
  lanes: 4,
  async round ({ one, two, users, chance, forgotten }, number) {
    // Another race may have left the account disabled.
    await users.setDisabled(demo.bob.email, false)
    const payload = { ...demo.bob, deviceId: `tv ${number}` }
    const logIn = async (index: number): Promise<string> => {
      const response = await (index % 2 === 0 ? one : two).inject({ method: 'POST', url: '/login', payload })
      return response.statusCode === 200 ? response.json().sessionId : `${response.statusCode}`
    }
    const answers = await chance.against<string[]>(0.3, ...Array.from({ length: LOGINS }, (_, index) => () => logIn(index)))

    await forgotten()
    const faults = answers.filter(answer => answer.length === 3).map(answer => `a login answered ${answer}`)
    const sessions = await Promise.all(answers.map(credential => one.sessions.validate(credential)))
    const [left, ...more] = sessions.filter(session => session !== null)
    if (left === undefined) faults.push('none is left')
    if (more.length > 0) faults.push(`${more.length + 1} are left`)
    if (left !== undefined) await two.sessions.end(left)
    return { order: sessions[0] === null ? 'another is left' : 'the first is left', faults }
  }
} satisfies Race
