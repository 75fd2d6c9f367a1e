import { createCredentialIssuer } from '../src/sessions/credential.ts'
import { createDeviceIds } from '../src/sessions/devices/device-id.ts'
import { deviceOf } from '../src/sessions/devices/device.ts'
import { bindingOf } from '../src/sessions/devices/surroundings.ts'
import { createKeyring } from '../src/sessions/keyring.ts'
import { createKeys } from '../src/store/keys.ts'
import { createLiveCount } from '../src/store/live-count.ts'
import { createRedisStore } from '../src/store/redis-store.ts'
import type { RedisClient } from '../src/store/scripts.ts'
import { updateOf, userAgentOf } from './user-agents.ts'

const HOUR_MS = 3_600_000
/** Creates in flight at a time. */
const FLIGHT = 100

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
    dataLimits: { keys: 64, bytes: 16_384 },
    userDataMs: 2_592_000_000,
    endEverybody: async () => {}
  })
  return { store, keys, liveCount }
}

/** What is known of a session: the least that there is to know, what each login tells, all that a client may tell and what comes with use, or besides that the password was proven again and the browser has been updated. */
export type Facts = 'foundation' | 'login' | 'all' | 'changed'

/** Addresses and browsers from all over. */
const fromAnywhere = (number: number, id: number) => ({ ipAddress: `203.0.${number % 256}.${id % 256}`, userAgent: userAgentOf(number) })

/** Opens sessions as a login does, through the store, without passwords, each from an `origin`. Answers with the credentials, user after user. */
export async function seedSessions (client: RedisClient, sessionKeys: string, users: SeededUser[], perUser: number, origin = fromAnywhere): Promise<string[]> {
  const seeder = createSeeder(client, sessionKeys, { origin })
  const credentials = await seeder.open(users.flatMap(user => Array.from({ length: perUser }, () => user)))
  await seeder.close()
  return credentials
}

/** Opens sessions and uses them; `afterFlight` is called whenever a hundred have been opened. */
export function createSeeder (client: RedisClient, sessionKeys: string, { facts = 'login' as Facts, origin = fromAnywhere, absoluteMs = 24 * HOUR_MS, afterFlight = async () => {} } = {}) {
  const { store, liveCount } = storeOn(client)
  const keyring = createKeyring(sessionKeys)
  const [issuer, deviceIds] = [createCredentialIssuer(keyring), createDeviceIds(keyring)]
  const isComplete = facts === 'all' || facts === 'changed'
  const owners: string[] = []

  async function open ({ id, email, roles }: SeededUser, number: number): Promise<string> {
    const { text, ...credential } = issuer.open(String(id))
    const { ipAddress, userAgent } = origin(number, id)
    const [userId, deviceId] = [String(id), String(number)]
    owners[number] = userId
    const device = { idHashes: deviceIds.hashes(userId, deviceId), name: 'Living room' }
    await store.create({
      credential,
      userId,
      profile: { email, name: `Ada Lovelace ${id}`, roles },
      ipAddress,
      userAgent,
      deviceType: facts === 'foundation' ? 'unknown' : deviceOf(userAgent).type,
      limits: { max: 100, maxOfType: null, policy: 'evict-oldest' },
      endId: null,
      rotates: false,
      binding: facts === 'foundation' ? '' : bindingOf(ipAddress, userAgent, isComplete ? deviceIds.markOf(userId, deviceId) : ''),
      lifetime: 'default',
      idleMs: HOUR_MS,
      absoluteMs,
      ...(isComplete && { device })
    })
    return text
  }

  /** Uses one with the next generation of its credential; from another address than before, if there is all to know of it. */
  async function use (text: string, number: number): Promise<void> {
    const credential = issuer.parse(text)
    if (credential === null) return
    const used = facts === 'changed' ? await provenAgain(credential.id, number) : credential
    await store.validate({ ...used, generation: 2 })
    if (isComplete) await store.noteOrigin(used.id, { ipAddress: `198.51.100.${number % 256}`, userAgent: facts === 'changed' ? updateOf(number) : userAgentOf(number) })
  }

  async function provenAgain (id: string, number: number) {
    const { text: _text, ...successor } = issuer.open(owners[number] ?? '')
    await store.replace(id, successor)
    return successor
  }

  async function inFlights<Item, Done> (items: Item[], act: (item: Item, number: number) => Promise<Done>): Promise<Done[]> {
    const done: Done[] = []
    for (let start = 0; start < items.length; start += FLIGHT) {
      done.push(...await Promise.all(items.slice(start, start + FLIGHT).map((item, i) => act(item, start + i))))
      await afterFlight()
    }
    return done
  }

  return {
    store,
    open: (users: SeededUser[]) => inFlights(users, open),
    use: (credentials: string[]) => inFlights(credentials, use),
    close: () => liveCount.close()
  }
}
