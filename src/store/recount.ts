import { setTimeout as sleep } from 'node:timers/promises'
import type { Keys } from './keys.ts'
import type { RedisClient } from './scripts.ts'
import { askOfMany, type Walk } from './walk.ts'

export interface RecountOptions {
  client: RedisClient
  keys: Keys
  touchIntervalMs: number
  retentionMs: number
  /** Pause between the passes: longer than the flush interval of every instance. */
  settleMs: number
}

/** Buckets that one HSCAN step asks for, and that one call corrects. */
const STEP = 200

/** An instance that has told nothing for this many buckets, an hour, sends nothing again either. */
const SILENT = 360

/** What is not flushed yet may be as much each time by chance: of three passes that was seen. */
const PASSES = 5

/** A bucket's sessions as they were counted, what tells others in their place, and what the histogram says. */
interface Bucket { counted: number, mark: number, stored: number }

const empty = { counted: 0, mark: 0 }

/**
 * Repairs the histogram of live-count.ts, and forgets instances that are gone. Up to five passes over all sessions: a bucket that stood still between
 * all of them, with the same sessions and not just as many, and in which the histogram is wrong, has drifted and is corrected; in one that changed,
 * the difference may be what an instance has not flushed yet.
 */
export function createRecount ({ client, keys, touchIntervalMs, retentionMs, settleMs }: RecountOptions, walk: Walk): () => Promise<boolean> {
  async function look (): Promise<Map<string, Bucket>> {
    const counted = await count()
    const fields = await storedFields()
    await forgetSilent(fields)
    const buckets = new Map([...counted].map(([bucket, found]) => [bucket, { ...found, stored: 0 }]))
    for (const [field, sessions] of fields) {
      if (/^\d+$/.test(field)) buckets.set(field, { ...counted.get(field) ?? empty, stored: Number(sessions) })
    }
    return buckets
  }

  /** In steps: a lifetime of a month has a quarter of a million buckets. */
  async function storedFields (): Promise<Map<string, string>> {
    const stored = new Map<string, string>()
    let cursor = '0'
    do {
      const [next, parts] = await client.hscan(keys.liveSessions, cursor, 'COUNT', STEP)
      for (let i = 0; i < parts.length; i += 2) stored.set(String(parts[i]), String(parts[i + 1]))
      cursor = next
    } while (cursor !== '0')
    return stored
  }

  async function forgetSilent (fields: Map<string, string>): Promise<void> {
    const drained = Number(fields.get('drained') ?? 0)
    const silent = [...fields].filter(([field, value]) => field.startsWith('from:') && Number(value.split(' ')[1]) < drained - SILENT)
    if (silent.length > 0) await client.hdel(keys.liveSessions, ...silent.map(([field]) => field))
  }

  async function count (): Promise<Map<string, Omit<Bucket, 'stored'>>> {
    const counted = new Map<string, Omit<Bucket, 'stored'>>()
    await walk(keys.everySession, async found => {
      // Those that have ended with all of a user's, or everybody's, count until they are deleted: who deletes them takes them out.
      const buckets = await askOfMany(client, found, some => client.sessionsDeadline(some.length, ...some, touchIntervalMs))
      for (const [i, bucket] of buckets.entries()) {
        if (bucket === '') continue
        const { counted: sessions, mark } = counted.get(bucket) ?? empty
        counted.set(bucket, { counted: sessions + 1, mark: mark ^ markOf(String(found[i])) })
      }
    })
    return counted
  }

  /** Says whether every bucket is right by now: those that moved may be wrong. */
  return async function repair () {
    let last = await look()
    let steady = last
    for (let pass = 1; pass < PASSES && [...steady.values()].some(hasDrifted); pass++) {
      await sleep(settleMs)
      last = await look()
      steady = unchanged(steady, last)
    }
    const corrections = [...steady].flatMap(([bucket, now]) => hasDrifted(now) ? [bucket, now.counted - now.stored] : [])
    for (let i = 0; i < corrections.length; i += 2 * STEP) await client.liveCount(keys.liveSessions, retentionMs, '', 0, ...corrections.slice(i, i + 2 * STEP))
    return [...last].every(([bucket, found]) => steady.has(bucket) || !hasDrifted(found))
  }
}

/** The buckets that are as they were. */
function unchanged (before: Map<string, Bucket>, now: Map<string, Bucket>): Map<string, Bucket> {
  return new Map([...now].filter(([bucket, { counted, mark, stored }]) => {
    const then = before.get(bucket)
    return then?.counted === counted && then.mark === mark && then.stored === stored
  }))
}

/** Of the random end of its id. */
function markOf (sessionKey: string): number {
  return Number.parseInt(sessionKey.slice(-8), 16)
}

function hasDrifted ({ counted, stored }: Bucket): boolean {
  return counted !== stored
}
