import { createHash, randomBytes } from 'node:crypto'
import type { Holder } from './registry.ts'

export interface TicketStore {
  /** @throws ServiceError `store_unavailable` */
  put: (digest: string, holder: Holder, forMs: number) => Promise<void>
  /** Takes it, so that nobody else can; null if there is none. @throws ServiceError `store_unavailable` */
  take: (digest: string) => Promise<Holder | null>
}

const TICKET_MS = 30_000

/** 32 random bytes in base64url. */
const SYNTAX = /^[A-Za-z0-9_-]{43}$/

export type Tickets = ReturnType<typeof createTickets>

/**
 * What lets a browser open a socket that can send neither a header nor, from another origin, the cookie: good for one opening, for 30 s. The store has only its
 * digest.
 */
export function createTickets (store: TicketStore) {
  return {
    seconds: TICKET_MS / 1000,

    async issue (holder: Holder): Promise<string> {
      const ticket = randomBytes(32).toString('base64url')
      await store.put(digestOf(ticket), holder, TICKET_MS)
      return ticket
    },

    /** Whose it is, once; null for one that was used, has expired or never was. */
    async redeem (ticket: string): Promise<Holder | null> {
      return SYNTAX.test(ticket) ? store.take(digestOf(ticket)) : null
    }
  }
}

function digestOf (ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64url')
}
