import t from 'tap'
import { createCallers } from '../../src/callers/callers.ts'
import type { KnownKey } from '../../src/callers/repository.ts'
import { issueServiceKey } from '../../src/callers/service-key.ts'
import { serviceError } from '../../src/sessions/errors.ts'

const shop = { name: 'shop', scopes: ['sessions:introspect' as const], dataPrefix: '' }

/** Callers over a table of this test's own, which counts how often it is read and may be away or slow; a clock that it sets. */
function opened () {
  const { text, ...stored } = issueServiceKey()
  const table = { rows: [{ ...stored, caller: shop }] as KnownKey[], reads: 0, isAway: false, noted: [] as Array<ReadonlyMap<string, number>> }
  const clock = { nowMs: 5000 }
  const pending: Array<() => void> = []
  const callers = createCallers({
    clock: () => clock.nowMs,
    repository: {
      async keys () {
        table.reads++
        const { rows, isAway } = table
        if (table.reads === 1 || pending.length > 0) await new Promise<void>(resolve => { pending.push(resolve); setImmediate(() => pending.splice(0).forEach(done => done())) })
        if (isAway) throw serviceError('users_unavailable', 'away')
        return rows
      },
      async noteUses (uses) {
        if (table.isAway) throw serviceError('users_unavailable', 'away')
        table.noted.push(uses)
      }
    }
  })
  return { text, stored, table, clock, callers }
}

t.test('all keys are read once for all who ask, and then nobody waits', async t => {
  const { text, table, callers } = opened()
  const found = await Promise.all([callers.authenticate(text), callers.authenticate(text), callers.authenticate(issueServiceKey().text)])
  t.strictSame(found, [shop, shop, null])
  t.equal(table.reads, 1)
  t.equal(callers.authenticate(text), shop, 'at once')
  t.equal(callers.authenticate(issueServiceKey().text), null, 'unknown: nothing is read for it')
  t.equal(callers.authenticate(`${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`), null, 'another secret under a known id')
  t.equal(callers.authenticate('nothing'), null)
  t.equal(table.reads, 1)
})

t.test('what was read is good for a second; who asks in its second half has it read again for those who come later', async t => {
  const { text, table, clock, callers } = opened()
  await callers.authenticate(text)
  clock.nowMs += 499
  t.equal(callers.authenticate(text), shop)
  t.equal(table.reads, 1)
  table.rows = []
  clock.nowMs += 1
  t.equal(callers.authenticate(text), shop, 'still good')
  await new Promise(setImmediate)
  t.equal(table.reads, 2)
  t.equal(callers.authenticate(text), null, 'taken away')
  clock.nowMs += 1000
  const answer = callers.authenticate(text)
  t.ok(answer instanceof Promise, 'outdated: it waits')
  t.equal(await answer, null)
})

t.test('while PostgreSQL is away a key is good for as long as what was read, then nobody is known', async t => {
  const { text, table, clock, callers } = opened()
  await callers.authenticate(text)
  table.isAway = true
  clock.nowMs += 999
  t.equal(callers.authenticate(text), shop)
  await new Promise(setImmediate)
  t.equal(callers.authenticate(text), shop, 'also after it could not be read')
  await new Promise(setImmediate)
  clock.nowMs += 1
  await t.rejects(Promise.resolve(callers.authenticate(text)), { code: 'users_unavailable' })
  table.isAway = false
  t.equal(await callers.authenticate(text), shop, 'and again as soon as it is back')
})

t.test('whose a public key is, is known from the same read, and no secret is one', async t => {
  const { text, stored, table, clock, callers } = opened()
  const publicKey = '{"crv":"Ed25519","kty":"OKP","x":"x"}'
  table.rows.push({ ...stored, id: 'signs', publicKey, caller: { ...shop, name: 'signer' } })
  const found = await Promise.all([callers.findSigner('signs'), callers.findSigner(stored.id), callers.findSigner('nobody'), callers.authenticate(text)])
  t.match(found, [{ publicKey, caller: { name: 'signer' } }, null, null, shop])
  t.equal(table.reads, 1)
  callers.noteUse('signs')
  await callers.close()
  t.strictSame(table.noted.map(uses => [...uses.keys()]), [[stored.id, 'signs']])
  table.isAway = true
  clock.nowMs += 1000
  await t.rejects(callers.findSigner('signs'), { code: 'users_unavailable' })
})

t.test('what was on its way when something was changed here is not kept', async t => {
  const { text, table, callers } = opened()
  const early = callers.authenticate(text)
  table.rows = []
  callers.forget()
  t.equal(await early, shop, 'who asked before')
  t.equal(await callers.authenticate(text), null, 'who asks after')
})

t.test('last uses are written down every ten seconds at most, and when it closes; what failed comes with the next', async t => {
  const { text, stored: { id }, table, clock, callers } = opened()
  await callers.authenticate(text)
  t.strictSame(table.noted, [])
  clock.nowMs += 10_000
  await callers.authenticate(text)
  t.strictSame(table.noted.map(uses => [...uses.keys()]), [[id]])
  table.isAway = true
  await callers.close()
  t.equal(table.noted.length, 1)
  table.isAway = false
  await callers.close()
  t.strictSame(table.noted.map(uses => [...uses.keys()]), [[id], [id]])
  await callers.close()
  t.equal(table.noted.length, 2, 'nothing to write, nothing is asked')
  t.ok(Math.abs(Date.now() - Number(table.noted[1]?.get(id))) < 60_000)
})
