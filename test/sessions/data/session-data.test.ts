import t from 'tap'
import { createSessionData } from '../../../src/sessions/data/session-data.ts'

const limits = { keys: 4, keyBytes: 8, valueBytes: 50, bytes: 80 }

t.test('a replacement is tried again while others change the data, ten times', async t => {
  let [version, conflicts, writes] = [5, 3, 0]
  const { replaceData } = createSessionData({
    readData: async () => ({ version, values: new Map([['a', '1']]) }),
    async writeData () {
      writes++
      if (conflicts-- > 0) return { outcome: 'conflict', version: ++version }
      return { outcome: 'written', version: version + 1, removed: 1 }
    }
  }, limits)
  const session = { id: 'abcd0123-4567-4890-8abc-def012345678' }
  t.strictSame(await replaceData(session, '', { b: 2 }, undefined), { etag: '"9"' })
  t.equal(writes, 4)
  conflicts = Infinity
  await t.rejects(replaceData(session, '', { b: 2 }, undefined), { code: 'version_conflict' })
  t.equal(writes, 4 + 10)
})
