/** How V8 keeps what this process makes. Imported before everything else: what is lost while the others load stays lost. */
import { executionAsyncResource } from 'node:async_hooks'
import { nextTick } from 'node:process'
import { setFlagsFromString } from 'node:v8'

// What the near-cache remembers lives for a second, which is old to V8: by itself it lets such garbage grow to several times what is alive (docs/performance.md).
setFlagsFromString('--heap-growing-percent=30')

/**
 * One of the objects that process.nextTick makes, kept for ever. When none is alive at some collections their shape dies and is made anew, and then each costs five to ten times as much
 * as long as the process lives (docs/performance.md).
 * @public
 */
export const keptAlive: object[] = []
nextTick(() => keptAlive.push(executionAsyncResource()))
