/**
 * For a process to load first: once it runs, it collects its garbage as often as COLLECTIONS says, and then writes a line with the nanoseconds that a call of process.nextTick takes at
 * best.
 */
import { env } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { tickNanoseconds } from '../../bench/servers/tick.mjs'

/** When whatever is loaded has been: the service takes half of it. */
const STARTED_MS = 2000

setTimeout(tell, STARTED_MS)

async function tell () {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  for (let i = 0; i < Number(env.COLLECTIONS); i++) {
    collect()
    await sleep(10)
  }
  console.log(`ticks of ${Math.round(await tickNanoseconds())} ns`)
}
