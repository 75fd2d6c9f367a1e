import { createHash, randomBytes } from 'node:crypto'
import type { Holder } from './registry.ts'

/** Who may open a connection with a ticket, and from where (devices/surroundings.ts). */
export interface TicketHolder extends Holder { binding: string }

export interface TicketStore {
  /** @throws ServiceError `store_unavailable` */
  put: (digest: string, holder: TicketHolder, forMs: number) => Promise<void>
  /** Null if there is none. @throws ServiceError `store_unavailable` */
  find: (digest: string) => Promise<TicketHolder | null>
  /** Takes it, so that nobody else can; says whether it was there. @throws ServiceError `store_unavailable` */
  take: (digest: string) => Promise<boolean>
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

    async issue (holder: TicketHolder): Promise<string> {
      const ticket = randomBytes(32).toString('base64url')
      await store.put(digestOf(ticket), holder, TICKET_MS)
      return ticket
    },

    /** Whose it is; null for one that was used, has expired or never was. */
    async holderOf (ticket: string): Promise<TicketHolder | null> {
      return SYNTAX.test(ticket) ? store.find(digestOf(ticket)) : null
    },

    /** Uses it up. Says whether nobody else has: it lets in who hears so. */
    spend: (ticket: string): Promise<boolean> => store.take(digestOf(ticket))
  }
}

function digestOf (ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64url')
}
