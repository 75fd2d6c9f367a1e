import { unexpected, type Race } from './race.ts'

/** A session that is rotated and goes on with its successor while another device ends it: neither credential is good afterwards. */
export default {
  name: 'rotate ∥ end',
  orders: ['rotated first', 'ended first'],
  lanes: 8,
  async round ({ one, two, chance, open, call, ghosts }) {
    const session = await open()
    const other = await open()
    let successor = session.credential
    const rotate = async () => {
      const response = await one.inject({ method: 'POST', url: '/session/rotate', headers: { 'x-session-id': session.credential } })
      successor = response.json<{ sessionId?: string }>().sessionId ?? successor
      return response.statusCode === 200 ? call(two, { credential: successor }, 'GET', '/me') : response.statusCode
    }
    const [used, ended] = await chance.against(1, rotate, () => call(two, other, 'DELETE', `/sessions/${session.session.id}`))
    const faults = [
      ...unexpected('the successor', used as number, 200, 401),
      ...unexpected('the end', ended as number, 200),
      ...await ghosts(session),
      ...await ghosts({ ...session, credential: successor })
    ]
    await one.sessions.end(other.session)
    return { order: used === 200 ? 'rotated first' : 'ended first', faults }
  }
} satisfies Race
