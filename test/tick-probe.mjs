/** For a process to load first: at a SIGWINCH it collects its garbage as often as it would in an hour, and then writes a line with the nanoseconds that a call of process.nextTick takes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { tickNanoseconds } from '../bench/servers/tick.mjs'

const COLLECTIONS = 12

process.on('SIGWINCH', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  for (let i = 0; i < COLLECTIONS; i++) {
    collect()
    // What one collection ends is given up by the next, once the event loop has gone on.
    await sleep(10)
  }
  console.log(`a tick takes ${Math.round(await tickNanoseconds())} ns`)
})
