import t from 'tap'
import { createReceipts } from '../../src/events/receipts.ts'

/** Receipts over news of the test's own. */
function opened () {
  const seen = { asked: 0 }
  let onReceipt = (_userId: string, _eventId: string): void => {}
  const receipts = createReceipts(() => {
    seen.asked++
    return { onReceipts: callBack => { onReceipt = callBack } }
  })
  return { seen, receipts, hear: (userId: string, eventId: string) => onReceipt(userId, eventId) }
}

t.test('what nobody has to be told is answered at once', async t => {
  const { receipts, seen } = opened()
  t.strictSame(await receipts.awaited('7', async () => ({ notice: null, version: 3 })), { notice: null, version: 3 })
  await receipts.awaited('7', async () => ({ notice: null }))
  t.equal(seen.asked, 1)
})

t.test('a receipt may come before the answer, or after it', async t => {
  const { receipts, hear } = opened()
  await receipts.awaited('7', async () => {
    hear('7', '12')
    return { notice: '12' }
  })
  let isAnswered = false
  const answered = receipts.awaited('7', async () => ({ notice: '13' })).then(() => { isAnswered = true })
  await new Promise(resolve => setImmediate(resolve))
  hear('8', '13')
  hear('7', '12')
  await new Promise(resolve => setImmediate(resolve))
  t.notOk(isAnswered, 'neither of another user nor of another event')
  hear('7', '13')
  await answered
  hear('7', '13')
})

t.test('several of one user wait for one each', async t => {
  const { receipts, hear } = opened()
  const order: string[] = []
  const waits = ['1', '2'].map(notice => receipts.awaited('7', async () => ({ notice })).then(() => order.push(notice)))
  await new Promise(resolve => setImmediate(resolve))
  hear('7', '2')
  await waits[1]
  hear('7', '1')
  await waits[0]
  t.strictSame(order, ['2', '1'])
})

t.test('a receipt that does not come is waited for no longer than a moment', async t => {
  const { receipts } = opened()
  const startedAtMs = performance.now()
  await receipts.awaited('7', async () => ({ notice: '12' }))
  const tookMs = performance.now() - startedAtMs
  t.ok(tookMs >= 245 && tookMs < 1000, `${tookMs}`)
})

t.test('what fails is not waited for', async t => {
  const { receipts } = opened()
  await t.rejects(receipts.awaited('7', async () => { throw new Error('away') }), { message: 'away' })
})
