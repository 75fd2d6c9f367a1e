import { randomBytes } from 'node:crypto'
import type { Claimed, SessionStore, Successor } from './store.ts'
import type { Credential } from './credential.ts'
import type { DataLimits } from './data/data.ts'
import { written } from './data/session-data.ts'
import type { Session } from './session.ts'

/** What the id of everybody begins with who has not logged in; reserved (lua/includes/claim.lua knows it, too). */
export const ANONYMOUS = 'anonymous:'

/** Somebody who has not logged in: each session has a user of its own. */
export function newAnonymousId (): string {
  return ANONYMOUS + randomBytes(16).toString('base64url')
}

export function isAnonymous ({ userId }: Pick<Session, 'userId'>): boolean {
  return userId.startsWith(ANONYMOUS)
}

/** Which values go from an anonymous session into the one that is opened in its place: all, none, or those of these keys. */
export type KeptData = 'all' | 'none' | string[]

/** An anonymous session whose place a login takes, as its client sent it. */
export interface PromotionWish { credential: string, keeps: KeptData }

export function anonymousOf (credential: string | undefined, keeps: KeptData = 'all'): PromotionWish | undefined {
  return credential === undefined ? undefined : { credential, keeps }
}

/** An anonymous session whose place a login takes. */
export interface Promoted { credential: Credential, keeps: KeptData }

export interface PromotionOptions {
  store: Pick<SessionStore, 'validate' | 'claim' | 'promote' | 'unclaim' | 'readData' | 'writeData' | 'end'>
  dataLimits: DataLimits
}

/**
 * Opens a session in the place of an anonymous one: claims that, opens the new one by `open`, carries its data over, and ends the anonymous one, which is what makes
 * it so. Whatever fails before that leaves the anonymous session as it was. A claim names the new session: if this process dies half-way, whoever claims next ends it, or upkeep a
 * minute later. Promoted again within a minute for the same user, as by a client that got no answer, the data comes from the session that took it.
 * Resolves to null, and nothing is left, if `open` does or another login has claimed the same session meanwhile.
 * @throws ServiceError `data_limit_exceeded` if a session may hold less by now, `store_unavailable`, and what `open` throws
 */
export async function promote<Opened> ({ store, dataLimits }: PromotionOptions, { credential, keeps }: Promoted, successor: Successor, open: () => Promise<Opened | null>): Promise<Opened | null> {
  // Whoever comes with a credential that was replaced long ago has stolen it, and ends the session.
  await store.validate(credential, true)
  const claimed = await store.claim(credential, successor)
  // What its new owner has put into it since is nobody else's, whoever gave them that session.
  if (claimed === null || (claimed.values === null && claimed.takenBy.userId !== successor.userId)) return open()
  const opened = await openWithData(claimed).catch(async error => {
    await giveUp()
    throw error
  })
  // If that gets no answer nobody knows which of the two is to go: who comes again finds out.
  if (opened !== null && (claimed.values === null || await store.promote(credential.id, successor))) return opened
  await giveUp()
  return null

  /** Null also if it has ended meanwhile: others who claim the same session end it. */
  async function openWithData (claimed: Claimed): Promise<Opened | null> {
    const values = keptOf(claimed.values ?? (await store.readData(claimed.takenBy.id, null))?.values ?? new Map<string, string>(), keeps)
    const opened = await open()
    if (opened === null || values.size === 0) return opened
    const outcome = await store.writeData(successor.id, { values, ifVersion: null })
    if (outcome !== null) written(outcome, dataLimits)
    return outcome && opened
  }

  /** What cannot be undone now is undone by whoever claims next, or by upkeep. */
  async function giveUp (): Promise<void> {
    await Promise.allSettled([store.end(successor.userId, successor.id, { reason: 'replaced' }), store.unclaim(credential.id, successor)])
  }
}

function keptOf (values: Map<string, string>, keeps: KeptData): Map<string, string> {
  if (keeps === 'all') return values
  const keys = keeps === 'none' ? [] : keeps
  return new Map([...values].filter(([key]) => keys.includes(key)))
}
