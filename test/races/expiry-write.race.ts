import { setTimeout as sleep } from 'node:timers/promises'
import { openBare } from './bare-session.ts'
import type { Race } from './race.ts'

export default {
  name: 'expiry ∥ write',
  orders: ['write first', 'expiry first'],
  lanes: 16,
  async round ({ one, two, redis, keys, chance, idleIsLateMs }, number) {
    const isIdle = number % 2 === 0
    const shortMs = 2 + Math.floor(chance.random() * 6)
    const lifetimes = isIdle ? { idleMs: shortMs, absoluteMs: 60_000 } : { idleMs: 60_000, absoluteMs: shortMs }
    const lifetimeMs = shortMs + (isIdle ? idleIsLateMs : 0)
    const { credential, createdAtMs } = await openBare({ one }, String(number), lifetimes)
    await sleep(Math.max(0, createdAtMs + lifetimeMs - 1 - Date.now()))
    const value = { values: new Map([[`k${number % 3}`, '"late"']]), ifVersion: null }
    const [written, used] = await chance.against<[unknown, unknown]>(1,
      () => two.sessionStore.writeData(credential.id, value),
      async () => one.sessionStore.validate(credential))

    // A use just before the end gives an idle session its time once more.
    await sleep(lifetimeMs + 3)
    const faults: string[] = []
    const key = keys.session(credential.id)
    if (await redis.exists(key, key.replace('session:', 'session-data:')) > 0) faults.push('something of it is still stored')
    if (await one.sessionStore.validate(credential) !== null) faults.push('ghost: accepted after its deadline')
    if (await two.sessionStore.writeData(credential.id, value) !== null) faults.push('ghost: written after its deadline')
    return { order: written !== null || used !== null ? 'write first' : 'expiry first', faults }
  }
} satisfies Race
