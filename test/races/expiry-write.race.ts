import { setTimeout as sleep } from 'node:timers/promises'
import { createCredentialIssuer } from '../../src/sessions/credential.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import type { Race } from './race.ts'

const credentials = createCredentialIssuer(createKeyring(`race:${'-_09azAZ'.repeat(8)}`))

export default {
  name: 'expiry ∥ write',
  orders: ['write first', 'expiry first'],
  lanes: 16,
  // Deadlines of a few milliseconds are below what the configuration takes: these sessions go to the store directly.
  async round ({ one, two, redis, keys, chance }, number) {
    const userId = String(number)
    const { text: _text, ...credential } = credentials.open(userId)
    const lifetimeMs = 2 + Math.floor(chance.random() * 6)
    const session = { credential, userId, profile: { email: '', name: '', roles: [] }, ipAddress: '', userAgent: '' }
    const lifetimes = number % 2 === 0 ? { lifetime: 'default', idleMs: lifetimeMs, absoluteMs: 60_000 } : { lifetime: 'default', idleMs: 60_000, absoluteMs: lifetimeMs }
    const { createdAtMs } = await one.sessionStore.create({ ...session, ...lifetimes })
    await sleep(Math.max(0, createdAtMs + lifetimeMs - 1 - Date.now()))
    const value = { values: new Map([[`k${number % 3}`, '"late"']]), ifVersion: null }
    const [written, used] = await chance.against<[unknown, unknown]>(1,
      () => two.sessionStore.writeData(credential.id, value),
      () => one.sessionStore.validate(credential))

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
