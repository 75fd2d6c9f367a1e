import { slotOf } from '../sessions/credential.ts'
import { hexOf, type Listener, type Outlet } from './listener.ts'
import type { Lifespan } from './user-log.ts'

/** For whom a connection is: a session, by the credential of that generation. */
export interface Holder { userId: string, id: string, generation: number }

/** Where a connection leads, and the generation of the credential that opened it. */
export interface Seat { outlet: Outlet, generation: number }

export interface WatchedSession {
  id: string
  hex: string
  listeners: Map<Listener, Seat>
  lifespan: Lifespan | null
  judgedAtMs: number
  usedAtMs: number
  /** Of a use that is still to be told. */
  useTimer?: NodeJS.Timeout
}

export interface WatchedUser {
  userId: string
  sessions: Map<string, WatchedSession>
  /** The newest entry of its log that was read; 0: none. */
  newest: number
  /** When something happens by itself, on the monotonic clock. */
  dueAtMs: number
  renewAtMs: number
}

export type Registry = ReturnType<typeof createRegistry>

/** Everybody who listens on this instance, by user and session. */
export function createRegistry () {
  const users = new Map<string, WatchedUser>()
  const slots = new Map<string, Set<WatchedUser>>()

  function userOf ({ userId, id }: Holder): WatchedUser {
    const known = users.get(userId)
    if (known !== undefined) return known
    const user = { userId, sessions: new Map(), newest: 0, dueAtMs: Infinity, renewAtMs: 0 }
    users.set(userId, user)
    const slot = slotOf(id)
    slots.set(slot, (slots.get(slot) ?? new Set()).add(user))
    return user
  }

  return {
    all: (): Iterable<WatchedUser> => users.values(),
    isEmpty: () => users.size === 0,
    user: (userId: string) => users.get(userId),
    inSlot: (slot: string): Iterable<WatchedUser> => slots.get(slot) ?? [],

    /** How many connections a user and one of its sessions have. */
    countOf ({ userId, id }: Holder): { ofUser: number, ofSession: number } {
      const sessions = users.get(userId)?.sessions ?? new Map<string, WatchedSession>()
      return { ofUser: sizeOf(sessions.values()), ofSession: sessions.get(id)?.listeners.size ?? 0 }
    },

    size: () => [...users.values()].reduce((sum, { sessions }) => sum + sizeOf(sessions.values()), 0),

    add (holder: Holder, listener: Listener, seat: Seat): { user: WatchedUser, session: WatchedSession } {
      const [{ id }, user] = [holder, userOf(holder)]
      const session = user.sessions.get(id) ?? { id, hex: hexOf(id), listeners: new Map<Listener, Seat>(), lifespan: null, judgedAtMs: 0, usedAtMs: -Infinity }
      if (session.listeners.size === 0) user.renewAtMs = 0
      user.sessions.set(id, session)
      session.listeners.set(listener, seat)
      return { user, session }
    },

    /** Says whether it was the last one of that session. */
    remove (user: WatchedUser, session: WatchedSession, listener: Listener): boolean {
      if (!session.listeners.delete(listener) || session.listeners.size > 0) return false
      user.sessions.delete(session.id)
      if (user.sessions.size > 0) return true
      users.delete(user.userId)
      const slot = slotOf(session.id)
      slots.get(slot)?.delete(user)
      if (slots.get(slot)?.size === 0) slots.delete(slot)
      return true
    }
  }
}

function sizeOf (sessions: Iterable<WatchedSession>): number {
  let size = 0
  for (const { listeners } of sessions) size += listeners.size
  return size
}
