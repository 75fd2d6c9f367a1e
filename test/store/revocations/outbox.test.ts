import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { tagOf } from '../../../src/sessions/credential.ts'
import type { NewSession } from '../../../src/sessions/store.ts'
import { issuer, newSession, openStore, type StoreOptions } from '../fixture.ts'

/** A store, and what is left in the outbox of user 7, without the moments. */
async function opened (t: Test, options: StoreOptions = {}) {
  const { store, client, keys } = await openStore(t, { touchIntervalMs: 0, ...options })

  async function open (changes: Partial<NewSession> = {}) {
    const session = newSession('7', changes)
    await store.create(session)
    return { ...session, id: session.credential.id, entry: (reason: string) => `s ${hexOf(session.credential.id)} ${reason} 7` }
  }

  async function outbox (): Promise<string[]> {
    const entries = await client.lrange(keys.revoked(tagOf('7')), 0, -1)
    for (const entry of entries) t.ok(Math.abs(Number(entry.split(' ')[0]) - Date.now()) < 10_000)
    return entries.map(entry => entry.replace(/^\d+ /, ''))
  }
  return { store, client, keys, open, outbox }
}

const hexOf = (id: string): string => id.replaceAll('-', '').slice(4)

t.test('every end of a session that was good leaves one entry, with its reason', async t => {
  const { store, open, outbox } = await opened(t)
  const one = await open()
  await store.end('7', one.id, { reason: 'ended_by_user', actor: one.id })
  await store.end('7', one.id)
  t.equal(await store.validate(one.credential), null)
  t.strictSame(await outbox(), [one.entry('ended_by_user')], 'once')

  const two = await open()
  await open({ limits: { max: 1, maxOfType: null, policy: 'evict-oldest' } })
  t.strictSame((await outbox()).slice(1), [two.entry('evicted')])
})

t.test('a device that comes again, and one whose session is to end for another, too', async t => {
  const { open, outbox } = await opened(t)
  const one = await open({ device: { idHashes: ['abcdefgh'] } })
  const two = await open({ device: { idHashes: ['abcdefgh'] } })
  await open({ endId: two.id })
  const told = await outbox()
  t.match(told[0], one.entry('replaced'))
  t.match(told[1], new RegExp(`^s ${hexOf(two.id)} \\w+ 7$`))
  t.equal(told.length, 2)
})

t.test('so does a reuse, and a session that goes on under another id', async t => {
  const { store, open, outbox } = await opened(t, { graceMs: 0 })
  const reused = await open()
  t.ok(await store.validate({ ...reused.credential, generation: 2 }))
  t.equal(await store.validate(reused.credential), null)
  const former = await open()
  t.ok(await store.replace(former.id, issuer.open('7')))
  t.strictSame(await outbox(), [reused.entry('reuse_detected'), former.entry('reauthenticated')])
})

t.test('an end of all is one entry; deleting what it has ended leaves none', async t => {
  const { store, open, outbox } = await opened(t)
  const [kept] = [await open(), await open(), await open()]
  t.equal(await store.endOthers('7', kept.id, { reason: 'password_changed', actor: kept.id }), 2)
  t.equal(await store.endAll('7', null, { reason: 'disabled' }), 1)
  t.equal(await store.endOthers('7', kept.id), null, 'nothing ends for a session that is not alive')
  t.strictSame(await outbox(), [`u ${hexOf(kept.id)} password_changed 7`, 'u - disabled 7'])
})

t.test('what expires, or is another user’s, leaves none', async t => {
  const { store, open, outbox } = await opened(t)
  const [expiring, other] = [await open({ idleMs: 50 }), await open()]
  await sleep(80)
  t.equal(await store.validate(expiring.credential), null)
  t.equal(await store.end('8', other.id), false)
  t.strictSame(await outbox(), [])
})

t.test('who proves the password after an end of all is newer than it, also within one millisecond', async t => {
  const { store, client, keys, open } = await opened(t)
  const session = await open()
  const future = Date.now() + 500
  await client.hset(keys.notBefore(tagOf('7')), '7', future)
  await client.pexpire(keys.notBefore(tagOf('7')), 86_400_000)
  await client.hset(keys.session(session.id), 'k', future - Number(await client.hget(keys.session(session.id), 'c')))
  const replaced = await store.replace(session.id, issuer.open('7'))
  t.equal(replaced?.times.authenticatedAtMs, future + 1)
})
