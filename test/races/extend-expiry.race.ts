import { setTimeout as sleep } from 'node:timers/promises'
import { openBare } from './bare-session.ts'
import type { Race } from './race.ts'

export default {
  name: 'extend ∥ expiry',
  orders: ['extended first', 'expiry first'],
  lanes: 16,
  async round ({ one, two, redis, keys, chance, idleIsLateMs }, number) {
    const idleMs = 2 + Math.floor(chance.random() * 6)
    const { credential, createdAtMs } = await openBare({ one }, String(number), { idleMs, absoluteMs: 60_000 })
    await sleep(Math.max(0, createdAtMs + idleMs + idleIsLateMs - 1 - Date.now()))
    const [extended, again] = await Promise.all([one.sessionStore.extend(credential.id, 5000), two.sessionStore.extend(credential.id, 5000)])

    await sleep(idleMs + idleIsLateMs + 3)
    const faults: string[] = []
    const isAlive = await one.sessionStore.validate(credential) !== null
    const wasExtended = extended !== null || again !== null
    if (isAlive !== wasExtended) faults.push(wasExtended ? 'an extension was granted and did not hold' : 'ghost: accepted after its deadline')
    if (!wasExtended && await redis.exists(keys.session(credential.id)) > 0) faults.push('something of it is still stored')
    if (!wasExtended && await two.sessionStore.extend(credential.id, 5000) !== null) faults.push('ghost: extended after its deadline')
    return { order: wasExtended ? 'extended first' : 'expiry first', faults }
  }
} satisfies Race
