import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { ChangeFeed, OnChange } from '../near-cache/near-cache.ts'
import { createBeats } from './beats.ts'
import type { Keys } from './keys.ts'
import type { RedisClient } from './scripts.ts'

/** How often it is proven that news arrives. */
const BEAT_MS = 150

const SLOT_DIGITS = 4

export interface ChangeFeedOptions {
  client: RedisClient
  /** A connection of its own, not yet connected (subscriber.ts). */
  subscriber: Redis
  keys: Keys
  /** Told why Redis does not let it publish or subscribe, once until it does. */
  onRefused?: (error: Error) => void
}

export interface RedisChangeFeed extends ChangeFeed {
  /** Returns what ends it. */
  listen: (onChange: OnChange) => () => void
  /** The moment, on the monotonic clock, before which every change has been heard; null while some may be missed. */
  heardUntilMs: () => number | null
  /** Calls back when something was added to the feed of revocations; a call that is lost is never told. */
  onRevocations: (callBack: () => void) => void
  /** Calls back with the user to whose log of events something was added; a call that is lost is never told. */
  onEvents: (callBack: (userId: string) => void) => void
  /** Calls back with a user and the id of an event that one of its connections has been sent which somebody waits for; a call that is lost is never told. */
  onReceipts: (callBack: (userId: string, eventId: string) => void) => void
  close: () => void
}

/**
 * What the scripts publish of their changes (`session-changes`), on a connection of its own. News is known to arrive as long as messages to
 * oneself come back, through every master: what was published before the last of them has been heard. Whenever that is in doubt, and with every new connection to
 * the Redis that is asked, which may be another master, whoever listens is told that changes may have been missed; when news is proven to
 * arrive again, once more, because of those in between.
 */
export function watchChanges ({ client, subscriber, keys, onRefused = () => {} }: ChangeFeedOptions): RedisChangeFeed {
  const ownChannel = `${keys.sessionChanges}:${randomUUID()}`
  const beats = createBeats(client, ownChannel)
  const listeners = new Set<OnChange>()
  let tellOfRevocations = () => {}
  let tellOfEvents = (_userId: string): void => {}
  let tellOfReceipt = (_userId: string, _eventId: string): void => {}
  let isProven = false
  let isRefused = false

  function tell (...news: Parameters<OnChange>): void {
    for (const listener of listeners) listener(...news)
  }

  /** Four hex digits of the slot, and 28 more if they make the id of a session that has ended. */
  function tellOf (message: string): void {
    if (message.length > SLOT_DIGITS) tell(message.slice(0, SLOT_DIGITS), message)
    else tell(message)
  }

  function doubt (): void {
    isProven = false
    beats.forget()
    tell(null)
  }

  function check (nowMs: number): boolean {
    if (isProven && !beats.areHeard(nowMs)) doubt()
    return isProven
  }

  /** Whatever else goes wrong is told by the proofs that do not come. */
  function failed (error: Error): void {
    if (isRefused || !error.message.startsWith('NOPERM')) return
    isRefused = true
    onRefused(error)
  }

  function beat (): void {
    beats.send().catch(failed)
    if (!isProven && subscriber.status === 'ready') subscriber.subscribe(keys.sessionChanges, keys.revocationNews, keys.eventNews, keys.eventReceipts, ownChannel).catch(failed)
  }

  function hear (channel: string, message: string): void {
    if (channel === keys.revocationNews) return tellOfRevocations()
    if (channel === keys.eventNews) return tellOfEvents(message.slice(message.indexOf(':') + 1))
    if (channel === keys.eventReceipts) return tellOfReceipt(message.slice(message.indexOf(':') + 1), message.slice(0, message.indexOf(':')))
    if (channel !== ownChannel) return tellOf(message)
    const nowMs = performance.now()
    check(nowMs)
    beats.hear(message)
    if (isProven || !beats.areHeard(nowMs)) return
    tell(null)
    isProven = true
    isRefused = false
  }

  client.on('ready', doubt)
  // Of a Cluster, whose masters may have changed, or one of which is not asked any more whether its news arrives.
  client.on('refresh', doubt)
  client.on('-node', doubt)
  subscriber.on('error', () => { /* told by the proofs that do not come */ })
  subscriber.on('close', doubt)
  subscriber.on('ready', beat)
  subscriber.on('message', hear)
  const timer = setInterval(beat, BEAT_MS).unref()
  subscriber.connect().catch(() => { /* it goes on trying */ })

  return {
    listen (onChange) {
      listeners.add(onChange)
      return () => listeners.delete(onChange)
    },
    onRevocations (callBack) { tellOfRevocations = callBack },
    onEvents (callBack) { tellOfEvents = callBack },
    onReceipts (callBack) { tellOfReceipt = callBack },
    heardUntilMs: () => client.status === 'ready' && check(performance.now()) ? beats.heardUntilMs() : null,
    isProven: (nowMs = performance.now()) => client.status === 'ready' && check(nowMs),
    close () {
      clearInterval(timer)
      client.off('ready', doubt)
      client.off('refresh', doubt)
      client.off('-node', doubt)
      subscriber.disconnect()
    }
  }
}
