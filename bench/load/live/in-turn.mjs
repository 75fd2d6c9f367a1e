import { setTimeout as sleep } from 'node:timers/promises'

/** Calls `act` for each item at that rate, whether or not those before are done. Answers with what they return when all are done. */
export async function atRate (perSecond, items, act) {
  const startedAtMs = performance.now()
  const acts = []
  while (acts.length < items.length) {
    const due = Math.min(items.length, (performance.now() - startedAtMs) * perSecond / 1000)
    while (acts.length < due) acts.push(act(items[acts.length], acts.length))
    await sleep(1)
  }
  return Promise.all(acts)
}

/** Calls `act` for each item, so many at a time. */
export async function inFlight (most, items, act) {
  let next = 0
  async function take () {
    while (next < items.length) await act(items[next++])
  }
  await Promise.all(Array.from({ length: most }, take))
}

/** Waits until that is so, for `mostMs` at most. Says whether it is. */
export async function eventually (isSo, mostMs) {
  const until = performance.now() + mostMs
  while (!isSo() && performance.now() < until) await sleep(5)
  return isSo()
}
