import { withDeadline } from './deadline.ts'
import { unavailable } from './failures.ts'
import type { Keys } from './keys.ts'
import { mastersOf, type Argument, type RedisClient } from './scripts.ts'

export interface EverybodyOptions {
  client: RedisClient
  keys: Pick<Keys, 'notBeforeEverybody'>
  /** How long one read may take. */
  timeoutMs: number
}

export type Everybody = ReturnType<typeof createEverybody>

/** How long what was read is relied on, from when it was asked for. */
const KNOWN_FOR_MS = 1000

/** The slots of copies are spread over all of them: a node of a Cluster that does not answer has only some. */
const TAGS = ['001c', '0009', '001b', '0008', '001a', '0003', '001d', '0002']

/**
 * The moment until which the sessions of everybody have ended, as this instance knows it: one key, which is read again and again (link.ts) and told to every script
 * that judges. A Cluster has copies, all of which are written and one of which has to be read.
 */
export function createEverybody ({ client, keys, timeoutMs }: EverybodyOptions) {
  const tags = client.isCluster ? TAGS : TAGS.slice(0, 1)
  const copies = tags.map(keys.notBeforeEverybody)
  const listeners: Array<() => void> = []
  let beforeMs = 0
  let knownUntilMs = -Infinity
  let reading: Promise<void> | null = null

  function learn (ms: number): void {
    if (ms <= beforeMs) return
    beforeMs = ms
    for (const listener of listeners) listener()
  }

  async function read (): Promise<void> {
    const askedAtMs = performance.now()
    await Promise.any(copies.map(async key => {
      learn(Number(await client.get(key)))
      knownUntilMs = askedAtMs + KNOWN_FOR_MS
    }))
  }

  async function readInTime (): Promise<void> {
    try {
      await withDeadline(timeoutMs, read())
    } catch {
      throw unavailable()
    } finally {
      reading = null
    }
  }

  /** By the clock that is ahead of the others: what was created before by any of them is older. */
  async function nowMs (): Promise<number> {
    const times = await Promise.all(mastersOf(client).map(master => master.time()))
    return Math.max(...times.map(([seconds, microseconds]) => Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000)))
  }

  return {
    /** Sessions that were created until then are dead; 0 if none are. */
    beforeMs: () => beforeMs,

    read,

    /** Nothing to wait for while it is known. @throws ServiceError `store_unavailable` */
    whenKnown (): Promise<void> | undefined {
      if (performance.now() < knownUntilMs) return undefined
      reading ??= readInTime()
      return reading
    },

    /** Reads it at once if news of a change may be about it, or may have been missed: of that slot, or null. */
    heedNews (slot: string | null): void {
      if (slot === null || tags.includes(slot)) read().catch(() => { /* it goes on being read */ })
    },

    /** Ends all sessions that there are. */
    async end (): Promise<void> {
      const ms = Math.max(beforeMs + 1, await nowMs())
      const held = await Promise.all(copies.map(key => client.everybodyEnd(key, ms)))
      learn(Math.max(...held.map(Number)))
    },

    /** Calls back whenever it turns out to be later than was known. */
    listen (onLater: () => void): void {
      listeners.push(onLater)
    }
  }
}

export interface TouchOptions {
  touchIntervalMs: number
  /** Sessions that were created until then are dead. Default: 0, none are. */
  everybodyBeforeMs?: () => number
}

/** The touch interval as the scripts take it, which goes on with that moment if there is one (touchOf in lua/includes/session.lua). */
export function touchText ({ touchIntervalMs, everybodyBeforeMs = () => 0 }: TouchOptions): () => Argument {
  return () => {
    const beforeMs = everybodyBeforeMs()
    return beforeMs === 0 ? touchIntervalMs : `${touchIntervalMs} ${beforeMs}`
  }
}
