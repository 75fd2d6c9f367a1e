import { unexpected, type Race } from './race.ts'

/** The owner goes on with the successor while a thief replays the copy, without a grace: whoever comes first, in the end neither is in. */
export default {
  name: 'owner with the successor ∥ thief with the copy, no grace',
  settings: { ROTATION_GRACE_SECONDS: '0' },
  orders: ['owner first', 'thief first'],
  lanes: 8,
  async round ({ one, two, chance, open, call, ghosts }) {
    const stolen = await open()
    const successor = one.sessions.rotate(stolen.session, stolen.credential)
    const owner = () => call(one, { credential: successor }, 'GET', '/me')
    const thief = () => call(two, stolen, 'GET', '/me')
    const [ofOwner, ofThief] = await chance.against(0.3, owner, thief)
    const faults = [...unexpected('the owner', ofOwner as number, 200), ...unexpected('the thief', ofThief as number, 200, 401)]
    // A thief who was first has used the credential before its successor was: nothing is wrong until the copy is used again.
    const again = await thief()
    faults.push(...unexpected('the copy, used again', again, 401))
    faults.push(...await ghosts(stolen), ...await ghosts({ ...stolen, credential: successor }))
    return { order: ofThief === 200 ? 'thief first' : 'owner first', faults }
  }
} satisfies Race
