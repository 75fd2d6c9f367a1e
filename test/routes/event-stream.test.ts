import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Reader } from '../../src/revocations/feed.ts'
import type { WholePage } from '../../src/revocations/revocation.ts'
import { eventStream } from '../../src/routes/revocations/event-stream.ts'

const page: WholePage = { revocations: [], position: '1-0', isMore: false, ageMs: 1 }
const long: WholePage = { ...page, revocations: [{ userId: 'x'.repeat(100_000), sessionId: 'y', reason: 'logged_out', expiresAtMs: 1, position: '1-0' }] }

function opened () {
  const seen = { cuts: 0, stops: 0 }
  const { body, follow } = eventStream(page, () => {}, () => { seen.cuts++ })
  let reader: Reader | undefined
  const begin = () => follow(given => {
    reader = given
    return () => { seen.stops++ }
  })
  return { body, seen, begin, take: (page: WholePage) => reader?.take(page), end: () => reader?.end() }
}

const isSettled = async (promise: unknown): Promise<boolean> => await Promise.race([promise, sleep(20, 'not yet')]) !== 'not yet'

t.test('a reader that is too slow is cut off', async t => {
  const { body, seen, begin, take } = opened()
  begin()
  for (let i = 0; i < 10; i++) take(long)
  t.notOk(body.destroyed)
  t.ok(await isSettled(take(long)), 'and nobody waits for it')
  t.ok(body.destroyed)
  t.equal(seen.stops, 1)
})

t.test('who gives it more than it takes waits for room', async t => {
  const { body, begin, take } = opened()
  begin()
  t.ok(await isSettled(take(page)))
  const taken = take(long)
  t.notOk(await isSettled(taken))
  body.resume()
  t.ok(await isSettled(taken))
  body.pause()
  const cut = take(long)
  body.destroy()
  t.ok(await isSettled(cut))
})

t.test('one that has gone before it was told anything is not told', async t => {
  const { body, seen, begin } = opened()
  body.destroy()
  await sleep(1)
  begin()
  t.equal(seen.stops, 1)
})

t.test('at the end it has a moment for the rest, then the connection is cut', async t => {
  const { seen, begin, end } = opened()
  begin()
  end()
  await sleep(300)
  t.equal(seen.cuts, 0)
  await sleep(300)
  t.equal(seen.cuts, 1)
})
