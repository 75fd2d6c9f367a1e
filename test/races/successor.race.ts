import type { Credential } from '../../src/sessions/credential.ts'
import { openBare } from './bare-session.ts'
import type { Race } from './race.ts'

export default {
  name: 'validate ∥ validate with the successor',
  orders: ['predecessor first', 'successor first'],
  lanes: 8,
  async round ({ one, two, redis, keys, chance }, number) {
    const userId = String(number)
    const { credential: first } = await openBare({ one }, userId, { idleMs: 60_000, absoluteMs: 60_000 })
    const second: Credential = { ...first, generation: 2 }
    const finished: string[] = []
    const use = (app: typeof one, name: string, credential: Credential) => async () => {
      const session = await app.sessionStore.validate(credential)
      finished.push(name)
      return session
    }
    const answers = await chance.against<unknown[]>(0.3,
      use(one, 'successor', second), use(two, 'successor', second), use(one, 'predecessor', first), use(two, 'predecessor', first))
    const faults = answers.includes(null) ? ['an honest client was refused'] : []
    const [generation, since = ''] = await redis.hmget(keys.session(first.id), 'g', 'r')
    for (let i = 0; i < 3; i++) await two.sessionStore.validate(i % 2 === 0 ? first : second)
    if (generation !== '2') faults.push(`the generation is ${generation}`)
    if (await redis.hget(keys.session(first.id), 'r') !== since) faults.push('the grace of the predecessor was moved')
    await one.sessionStore.end(userId, first.id)
    return { order: `${finished[0]} first`, faults }
  }
} satisfies Race
