import type { RedisClient } from './scripts.ts'

/** How often the link proves that it is alive. */
const HEARTBEAT_MS = 250

export type Link = ReturnType<typeof watchLink>

/**
 * Watches the connection: a heartbeat keeps a healthy link talking and opens the circuit when it gets no answer, so that
 * requests are refused at once instead of each waiting for its own timeout. The first answer closes it again.
 * On a Cluster the circuit stays closed: one silent node must not refuse the slots of the others.
 */
export function watchLink (client: RedisClient, onChange: (isUp: boolean) => void = () => {}) {
  let isUp = true
  let asking = false

  function settle (answered: boolean): void {
    asking = false
    const up = answered || client.isCluster
    if (up !== isUp) onChange(up)
    isUp = up
  }

  const timer = setInterval(() => {
    if (asking) return
    asking = true
    client.ping().then(() => settle(true), () => settle(false))
  }, HEARTBEAT_MS).unref()

  return {
    isAvailable: () => isUp && client.status === 'ready',
    close: () => clearInterval(timer)
  }
}
