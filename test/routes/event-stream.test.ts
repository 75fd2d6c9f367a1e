import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Reader } from '../../src/revocations/feed.ts'
import type { RevocationPage } from '../../src/revocations/revocation.ts'
import { eventStream } from '../../src/routes/revocations/event-stream.ts'

const page: RevocationPage = { revocations: [], position: '1-0', isMore: false, ageMs: null }
const long: RevocationPage = { ...page, revocations: [{ userId: 'x'.repeat(100_000), sessionId: 'y', reason: 'logged_out', expiresAtMs: 1, position: '1-0' }] }

t.test('a reader that is too slow is cut off', async t => {
  const { body, follow } = eventStream(page, () => {})
  let [reader, stops]: [Reader | null, number] = [null, 0]
  follow(given => {
    reader = given
    return () => { stops++ }
  })
  for (let i = 0; i < 10; i++) Object(reader).take(long)
  t.notOk(body.destroyed)
  Object(reader).take(long)
  t.ok(body.destroyed)
  await sleep(1)
  t.equal(stops, 1)
})

t.test('one that has gone before it was told anything is not told', async t => {
  const { body, follow } = eventStream(page, () => {})
  body.destroy()
  await sleep(1)
  let stops = 0
  follow(() => () => { stops++ })
  t.equal(stops, 1)
})
