import t from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { withDeadline } from '../../src/store/deadline.ts'

t.test('a reply in time is the result, also when it is a rejection', async t => {
  t.equal(await withDeadline(1000, Promise.resolve('reply')), 'reply')
  await t.rejects(withDeadline(1000, Promise.reject(new Error('refused'))), { message: 'refused' })
})

t.test('a late reply is none, and what it turns out to be is nobody’s concern any more', async t => {
  const late = sleep(60).then(() => { throw new Error('too late') })
  await t.rejects(withDeadline(20, late), { message: 'no reply within 20 ms' })
  await sleep(60)
})
