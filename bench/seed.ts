import { createCredentialIssuer } from '../src/sessions/credential.ts'
import { deviceOf } from '../src/sessions/devices/device.ts'
import { bindingOf } from '../src/sessions/devices/surroundings.ts'
import { createKeyring } from '../src/sessions/keyring.ts'
import { createKeys } from '../src/store/keys.ts'
import { createLiveCount } from '../src/store/live-count.ts'
import { createRedisStore } from '../src/store/redis-store.ts'
import type { RedisClient } from '../src/store/scripts.ts'
import { userAgentOf } from './user-agents.ts'

const HOUR_MS = 3_600_000
/** Creates in flight at a time. */
const FLIGHT = 500

export interface SeededUser { id: number, email: string, roles: string[] }

/** A user with an everyday profile; every tenth has an email that is longer than the 64 bytes of a listpack's longest value. */
export function userOf (number: number, roles: string[] = []): SeededUser {
  const name = number % 10 === 0 ? `customer.relations.and.support.office.${number}.of.the.european.branch` : `ada.lovelace.${number}`
  return { id: 1_000_000 + number, email: `${name}@example.com`, roles }
}

/** The service's own store and what belongs to it, asked by the bench itself. It changes the live count only when that is asked for. */
export function storeOn (client: RedisClient, touchIntervalMs = 1000) {
  const keys = createKeys('')
  const liveCount = createLiveCount({ client, keys, retentionMs: 24 * HOUR_MS, flushEveryMs: HOUR_MS })
  const store = createRedisStore({
    client,
    keys,
    liveCount,
    isAvailable: () => true,
    timeoutMs: 10_000,
    touchIntervalMs,
    graceMs: 30_000,
    rotateAfterMs: 0,
    longestLifetimeMs: 24 * HOUR_MS,
    historyLimits: { entries: 200, retentionMs: 7_776_000_000, endedMs: 604_800_000 },
    dataLimits: { keys: 64, bytes: 16_384 }
  })
  return { store, keys, liveCount }
}

/** Addresses and browsers from all over. */
const fromAnywhere = (number: number, id: number) => ({ ipAddress: `203.0.${number % 256}.${id % 256}`, userAgent: userAgentOf(number) })

/** Opens sessions as a login does, through the store, without passwords, each from an `origin`. Answers with the credentials, user after user. */
export async function seedSessions (client: RedisClient, sessionKeys: string, users: SeededUser[], perUser: number, origin = fromAnywhere): Promise<string[]> {
  const { store, liveCount } = storeOn(client)
  const issuer = createCredentialIssuer(createKeyring(sessionKeys))

  async function open ({ id, email, roles }: SeededUser, number: number): Promise<string> {
    const { text, ...credential } = issuer.open(String(id))
    const { ipAddress, userAgent } = origin(number, id)
    await store.create({
      credential,
      userId: String(id),
      profile: { email, name: `Ada Lovelace ${id}`, roles },
      ipAddress,
      userAgent,
      deviceType: deviceOf(userAgent).type,
      limits: { max: 100, maxOfType: null, policy: 'evict-oldest' },
      endId: null,
      rotates: false,
      binding: bindingOf(ipAddress, userAgent),
      lifetime: 'default',
      idleMs: HOUR_MS,
      absoluteMs: 24 * HOUR_MS
    })
    return text
  }

  const wanted = users.flatMap(user => Array.from({ length: perUser }, () => user))
  const credentials: string[] = []
  for (let start = 0; start < wanted.length; start += FLIGHT) {
    credentials.push(...await Promise.all(wanted.slice(start, start + FLIGHT).map((user, i) => open(user, start + i))))
  }
  await liveCount.close()
  return credentials
}
