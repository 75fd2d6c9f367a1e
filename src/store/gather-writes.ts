import type { Writable } from 'node:stream'

/** Commands that one write carries at most. */
const MOST = 16

/**
 * Commands of one turn of the event loop travel in few writes instead of one each, which would cost a system call and a packet
 * each. Of at most 16, so that Redis is at work on the first while the turn goes on. ioredis's own automatic pipelining sends
 * nothing until the batch before it is answered: Redis and this process then wait for each other (a third fewer validations
 * a second, 64 in flight), and one slow command holds back all that come after.
 */
export function gatherWrites (stream: Writable): void {
  const write = stream.write
  let gathered = 0

  function send (): void {
    if (gathered > 0) stream.uncork()
    gathered = 0
  }

  stream.write = (...args: unknown[]) => {
    if (gathered === 0) {
      stream.cork()
      setImmediate(send)
    }
    gathered++
    const isBelowMark = Reflect.apply(write, stream, args)
    if (gathered === MOST) send()
    return isBelowMark
  }
}
