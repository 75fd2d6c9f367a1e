import { unexpected, type Race } from './race.ts'

/** Clients with one credential that all ask for the next one, and use it: it is one, wherever they ask, and the session is one generation further. */
export default {
  name: 'rotate ∥ rotate',
  orders: ['all before a use', 'one after a use'],
  lanes: 8,
  async round ({ one, two, redis, keys, chance, open, call }) {
    const session = await open()
    let isUsed = false
    let asked = 0
    const rotateAndUse = (app: typeof one, other: typeof one) => async () => {
      const response = await app.inject({ method: 'POST', url: '/session/rotate', headers: { 'x-session-id': session.credential } })
      if (isUsed) asked++
      const { sessionId = '' } = response.json<{ sessionId?: string }>()
      const used = await call(other, { credential: sessionId }, 'GET', '/me')
      isUsed = true
      return { rotated: response.statusCode, sessionId, used }
    }
    const answers = await chance.against<Array<{ rotated: number, sessionId: string, used: number }>>(4, rotateAndUse(one, two), rotateAndUse(two, one), rotateAndUse(two, two))
    const successors = new Set(answers.map(({ sessionId }) => sessionId))
    const faults = [
      ...answers.flatMap(({ rotated, used }) => [...unexpected('a rotation', rotated, 200), ...unexpected('a successor', used, 200)]),
      ...(successors.size === 1 ? [] : [`${successors.size} successors`])
    ]
    const generation = await redis.hget(keys.session(session.session.id), 'g')
    if (generation !== '2') faults.push(`the generation is ${generation}`)
    await one.sessions.end(session.session)
    return { order: asked === 0 ? 'all before a use' : 'one after a use', faults }
  }
} satisfies Race
