import { withDeadline } from './deadline.ts'
import { unavailable } from './failures.ts'
import type { Keys } from './keys.ts'
import { momentOf } from './moment.ts'
import { mastersOf, type Argument, type RedisClient } from './scripts.ts'

export interface EverybodyOptions {
  client: RedisClient
  keys: Pick<Keys, 'notBeforeEverybody'>
  /** How long one read may take. */
  timeoutMs: number
  /** A monotonic clock. */
  clock?: () => number
}

export type Everybody = ReturnType<typeof createEverybody>

/** How long what was read is relied on, from when it was asked for. */
const KNOWN_FOR_MS = 1000

/** Their slots are spread over all of them: a node of a Cluster that does not answer has only some. */
const TAGS = ['001c', '0009', '001b', '0008', '001a', '0003', '001d', '0002']

/** Tags of keys for what masters have to be told or asked, eight of them at most; a standalone Redis is one. */
export const spreadTags = (client: RedisClient): string[] => client.isCluster ? TAGS : TAGS.slice(0, 1)

/**
 * The moment until which the sessions of everybody have ended, as this instance knows it: one key, which is read again and again (link.ts) and told to every script
 * that judges. A Cluster has copies, all of which are written and one of which has to be read.
 */
export function createEverybody ({ client, keys, timeoutMs, clock = () => performance.now() }: EverybodyOptions) {
  const tags = spreadTags(client)
  const copies = tags.map(keys.notBeforeEverybody)
  const listeners: Array<() => void> = []
  let beforeMs = 0
  let knownUntilMs = -Infinity
  let reading: Promise<void> | null = null
  let [isHeeding, hasMoreNews] = [false, false]

  function learn (ms: number): void {
    if (ms <= beforeMs) return
    beforeMs = ms
    for (const listener of listeners) listener()
  }

  async function readCopy (key: string, askedAtMs: number): Promise<void> {
    const ms = Number(await client.get(key))
    if (Number.isNaN(ms)) throw new Error(`${key} is no moment`)
    learn(ms)
    knownUntilMs = Math.max(knownUntilMs, askedAtMs + KNOWN_FOR_MS)
  }

  async function read (): Promise<void> {
    const askedAtMs = clock()
    await Promise.any(copies.map(key => readCopy(key, askedAtMs))).catch(({ errors: [error] }: AggregateError) => { throw error })
  }

  async function readInTime (): Promise<void> {
    try {
      await withDeadline(timeoutMs, read())
    } catch {
      throw unavailable()
    } finally {
      reading = null
    }
    // This process may have stood still since it asked.
    if (clock() >= knownUntilMs) throw unavailable()
  }

  /** By the clock that is ahead of the others: what was created before by any of them is older. Of nodes that do not answer nobody knows. */
  async function nowMs (): Promise<number> {
    const asked = mastersOf(client).map(master => withDeadline(timeoutMs / 3, momentOf(master)))
    const times = (await Promise.allSettled(asked)).flatMap(each => each.status === 'fulfilled' ? [each.value] : [])
    if (times.length === 0) throw unavailable()
    return Math.max(...times)
  }

  /** What is written holds, also if not all is, and whoever asked has to ask again. */
  async function write (ms: number): Promise<void> {
    await Promise.all(copies.map(async key => learn(Number(await client.everybodyEnd(key, ms)))))
    // A copy that could not be read had a later one, and sessions may be as young as that.
    if (beforeMs > ms) await write(beforeMs + 1)
  }

  /** One read at a time, and another one for the news that comes meanwhile. */
  async function readNews (): Promise<void> {
    hasMoreNews = isHeeding
    if (isHeeding) return
    isHeeding = true
    await withDeadline(timeoutMs, read()).catch(() => { /* it goes on being read */ })
    isHeeding = false
    if (hasMoreNews) await readNews()
  }

  return {
    /** Sessions that were created until then are dead; 0 if none are. */
    beforeMs: () => beforeMs,

    read,

    /** Nothing to wait for while it is known. @throws ServiceError `store_unavailable` */
    whenKnown (): Promise<void> | undefined {
      if (clock() < knownUntilMs) return undefined
      reading ??= readInTime()
      return reading
    },

    /** Reads it at once if news of a change may be about it, or may have been missed: of that slot, or null. */
    heedNews (slot: string | null): void {
      if (slot === null || tags.includes(slot)) readNews()
    },

    /** Ends all sessions that there are. Rejects if that is not everywhere: then to be repeated. */
    async end (): Promise<void> {
      // Of all copies, which may differ: what was created after the latest moment that any of them knows is older than this end, too.
      const askedAtMs = clock()
      await Promise.allSettled(copies.map(key => withDeadline(timeoutMs / 3, readCopy(key, askedAtMs))))
      await write(Math.max(beforeMs + 1, await nowMs()))
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
