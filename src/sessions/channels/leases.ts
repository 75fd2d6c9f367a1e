import { alive } from '../alive.ts'
import { serviceError } from '../errors.ts'
import type { Session } from '../session.ts'
import type { SessionStore } from '../store.ts'
import type { Lease } from './channel.ts'

export interface LeaseRules {
  /** How many sessions of a user have a place at the same time, by channel. */
  limits: ReadonlyMap<string, number>
  /** How long a lease holds without being renewed. */
  leaseMs: number
}

/** Those of a channel, and how many there may be. */
export interface LeasesHeld { limit: number, leases: Lease[] }

/** Places for sessions of a user in channels that have only so many. @throws ServiceError `channel_not_found` from each verb, for one without a limit */
export function createLeases (store: Pick<SessionStore, 'takeLease' | 'readLeases' | 'releaseLease'>, { limits, leaseMs }: LeaseRules) {
  function limitOf (name: string): number {
    const limit = limits.get(name)
    if (limit === undefined) throw serviceError('channel_not_found', `There are no leases for the channel ${name}: CHANNEL_LIMITS does not name it.`)
    return limit
  }

  return {
    /** Takes a place, or renews it. @throws ServiceError `lease_limit_reached` */
    async take (session: Pick<Session, 'id'>, name: string): Promise<LeasesHeld> {
      const limit = limitOf(name)
      const { isGiven, leases } = alive(await store.takeLease(session.id, name, { max: limit, leaseMs }))
      if (!isGiven) throw full(name, limit, leases)
      return { limit, leases }
    },

    async show (session: Pick<Session, 'id'>, name: string): Promise<LeasesHeld> {
      return { limit: limitOf(name), leases: alive(await store.readLeases(session.id, name)) }
    },

    /** Gives a place back. @throws ServiceError `not_the_holder` */
    async release (session: Pick<Session, 'id'>, name: string): Promise<void> {
      limitOf(name)
      if (!alive(await store.releaseLease(session.id, name))) throw serviceError('not_the_holder', `This session has no lease of the channel ${name}. Nothing was changed.`)
    }
  }
}

function full (name: string, max: number, leases: Lease[]) {
  return serviceError('lease_limit_reached', `All places in the channel ${name} (${max}) are taken. End one of these sessions, or let it give its place back.`,
    { extras: { max, holders: leases.map(({ sessionId, untilMs }) => ({ sessionId, until: String(untilMs) })) } })
}
