import { randomUUID } from 'node:crypto'
import type { ChangeFeed } from '../near-cache/near-cache.ts'
import type { Keys } from './keys.ts'
import type { RedisClient } from './scripts.ts'

/** How often it is proven that news arrives, and how long a proof holds. */
const BEAT_MS = 150
const PROOF_LASTS_MS = 500

export interface ChangeFeedOptions {
  client: RedisClient
  /** A client of its own, not yet connected. */
  subscriber: RedisClient
  keys: Keys
  /** Told why Redis does not let it publish or subscribe, once until it does. */
  onRefused?: (error: Error) => void
}

export interface RedisChangeFeed extends ChangeFeed {
  close: () => void
}

/**
 * What the scripts publish of their changes (`session-changes`), on a connection of its own. News is known to arrive as long as messages to
 * oneself come back: what was published before the last of them has been heard. Whenever that is in doubt, and with every new connection to
 * the Redis that is asked, which may be another master, whoever listens is told that changes may have been missed; when news is proven to
 * arrive again, once more, because of those in between.
 */
export function watchChanges ({ client, subscriber, keys, onRefused = () => {} }: ChangeFeedOptions): RedisChangeFeed {
  const ownChannel = `${keys.sessionChanges}:${randomUUID()}`
  let tell: (slot: string | null) => void = () => {}
  let provenUntilMs = 0
  let isProven = false
  let isRefused = false

  function doubt (): void {
    isProven = false
    tell(null)
  }

  function check (nowMs: number): boolean {
    if (isProven && nowMs > provenUntilMs) doubt()
    return isProven
  }

  /** Whatever else goes wrong is told by the proofs that do not come. */
  function failed (error: Error): void {
    if (isRefused || !error.message.startsWith('NOPERM')) return
    isRefused = true
    onRefused(error)
  }

  function beat (): void {
    client.publish(ownChannel, String(performance.now())).catch(failed)
    if (!isProven && subscriber.status === 'ready') subscriber.subscribe(keys.sessionChanges, ownChannel).catch(failed)
  }

  function hear (channel: string, message: string): void {
    if (channel !== ownChannel) return tell(message)
    const nowMs = performance.now()
    check(nowMs)
    provenUntilMs = Number(message) + PROOF_LASTS_MS
    if (isProven || nowMs > provenUntilMs) return
    tell(null)
    isProven = true
    isRefused = false
  }

  client.on('ready', doubt)
  // Of a Cluster, whose masters may have changed.
  client.on('refresh', doubt)
  subscriber.on('error', () => { /* told by the proofs that do not come */ })
  subscriber.on('close', doubt)
  subscriber.on('ready', beat)
  subscriber.on('message', hear)
  const timer = setInterval(beat, BEAT_MS).unref()
  subscriber.connect().catch(() => { /* it goes on trying */ })

  return {
    listen (onChange) { tell = onChange },
    isProven: (nowMs = performance.now()) => client.status === 'ready' && check(nowMs),
    close () {
      clearInterval(timer)
      client.off('ready', doubt)
      client.off('refresh', doubt)
      subscriber.disconnect()
    }
  }
}
