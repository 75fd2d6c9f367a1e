import { withDeadline } from './deadline.ts'
import type { RedisClient } from './scripts.ts'

/** How often the link proves that it is alive. */
const HEARTBEAT_MS = 250

export interface LinkOptions {
  /** What proves it. */
  ask: () => Promise<unknown>
  /** How long it may take to prove it. */
  timeoutMs: number
  /** Told when it stops and when it starts to answer, and what was wrong with the answer. */
  onChange: (isUp: boolean, error?: unknown) => void
}

export type Link = ReturnType<typeof watchLink>

/**
 * Watches the connection: a heartbeat keeps a healthy link talking and opens the circuit when it gets no answer, so that
 * requests are refused at once instead of each waiting for its own timeout. The first answer closes it again; a new
 * connection is asked at once.
 * On a Cluster the circuit stays closed: one silent node must not refuse the slots of the others.
 */
export function watchLink (client: RedisClient, { ask, timeoutMs, onChange }: LinkOptions) {
  let isUp = true
  let asking = false

  function settle (answered: boolean, error?: unknown): void {
    asking = false
    const up = answered || client.isCluster
    if (up !== isUp) onChange(up, error)
    isUp = up
  }

  function beat (): void {
    if (asking) return
    asking = true
    withDeadline(timeoutMs, ask()).then(() => settle(true), error => settle(false, error))
  }

  const timer = setInterval(beat, HEARTBEAT_MS).unref()
  client.on('ready', beat)

  return {
    isAvailable: () => isUp && client.status === 'ready',
    close () {
      clearInterval(timer)
      client.off('ready', beat)
    }
  }
}
