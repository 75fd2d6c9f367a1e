import { setTimeout as sleep } from 'node:timers/promises'
import { createCredentialIssuer } from '../../src/sessions/credential.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import type { Race } from './race.ts'

const credentials = createCredentialIssuer(createKeyring(`race:${'-_09azAZ'.repeat(8)}`))

export default {
  name: 'extend ∥ expiry',
  orders: ['extended first', 'expiry first'],
  lanes: 16,
  // Deadlines of a few milliseconds are below what the configuration takes: these sessions go to the store directly.
  async round ({ one, two, redis, keys, chance }, number) {
    const userId = String(number)
    const { text: _text, ...credential } = credentials.open(userId)
    const idleMs = 2 + Math.floor(chance.random() * 6)
    const session = { credential, userId, profile: { email: '', name: '', roles: [] }, lifetime: 'default', ipAddress: '', userAgent: '' }
    const { createdAtMs } = await one.sessionStore.create({ ...session, idleMs, absoluteMs: 60_000 })
    await sleep(Math.max(0, createdAtMs + idleMs - 1 - Date.now()))
    const [extended, again] = await Promise.all([one.sessionStore.extend(credential.id, 5000), two.sessionStore.extend(credential.id, 5000)])

    await sleep(idleMs + 3)
    const faults: string[] = []
    const isAlive = await one.sessionStore.validate(credential) !== null
    const wasExtended = extended !== null || again !== null
    if (isAlive !== wasExtended) faults.push(wasExtended ? 'an extension was granted and did not hold' : 'ghost: accepted after its deadline')
    if (!wasExtended && await redis.exists(keys.session(credential.id)) > 0) faults.push('something of it is still stored')
    if (!wasExtended && await two.sessionStore.extend(credential.id, 5000) !== null) faults.push('ghost: extended after its deadline')
    return { order: wasExtended ? 'extended first' : 'expiry first', faults }
  }
} satisfies Race
