/** What process.nextTick costs in this process. V8 may have given up the shape of what it makes, for good; then a call takes five to ten times as long (docs/performance.md). */
import { nextTick } from 'node:process'

const CALLS = 20_000
const ROUNDS = 25

/** Nanoseconds of one call, in the best of some rounds. */
export async function tickNanoseconds () {
  let best = Infinity
  for (let i = 0; i < ROUNDS; i++) best = Math.min(best, await round())
  return best
}

/** One behind the other, as the callbacks of a request are. */
function round () {
  return new Promise(resolve => {
    const startedAtMs = performance.now()
    let calls = 0
    nextTick(function next () {
      if (++calls < CALLS) nextTick(next)
      else resolve((performance.now() - startedAtMs) * 1e6 / CALLS)
    })
  })
}
