import { setTimeout as sleep } from 'node:timers/promises'
import { MOST_CHANNELS } from '../../../src/sessions/channels/channel.ts'
import type { SessionStore } from '../../../src/sessions/store.ts'
import { issuer, newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

async function opened (store: SessionStore, userId = '7'): Promise<string> {
  const session = newSession(userId)
  await store.create(session)
  return session.credential.id
}

const anyhow = { state: null, ifVersion: null }

async function taken (store: SessionStore, id: string, name: string, change: { state: string | null, ifVersion: number | null } = anyhow) {
  const answer = await store.takeChannel(id, name, change)
  if (answer?.outcome !== 'taken') throw new Error(`not taken: ${JSON.stringify(answer)}`)
  return answer.channel
}

export const channels: Behaviours = async (t, makeStore) => {
  await t.test('a channel has one holder: who took it last; it keeps its state, and every change is a version', async t => {
    const { store } = await makeStore(t)
    const [phone, laptop, stranger] = [await opened(store), await opened(store), await opened(store, '8')]
    t.strictSame(await store.readChannel(phone, 'playback'), { version: 0, holder: null, sinceMs: null, state: 'null' })
    const first = await taken(store, phone, 'playback', { state: '{"at":[]}', ifVersion: 0 })
    t.match(first, { holder: phone, state: '{"at":[]}' })
    t.strictSame(await store.readChannel(laptop, 'playback'), first)
    const second = await taken(store, laptop, 'playback')
    t.match(second, { version: first.version + 1, holder: laptop, state: first.state })
    t.strictSame(await taken(store, laptop, 'playback', { state: '2', ifVersion: null }), { ...second, version: second.version + 1, state: '2' }, 'who holds it has held it since then')
    t.strictSame(await store.takeChannel(phone, 'playback', { state: '3', ifVersion: first.version }), { outcome: 'conflict', version: second.version + 1 })
    t.match(await store.readChannel(phone, 'playback'), { holder: laptop, state: '2' })
    t.match(await store.readChannel(stranger, 'playback'), { version: 0 })
    t.match(await store.readChannel(phone, 'other'), { version: 0 })
  })

  await t.test('who lets go holds nothing, nor does a session that has ended; the state stays', async t => {
    const { store } = await makeStore(t)
    const [phone, laptop] = [await opened(store), await opened(store)]
    const { version } = await taken(store, phone, 'playback', { state: '1', ifVersion: null })
    t.equal(await store.releaseChannel(laptop, 'playback'), false)
    t.equal(await store.releaseChannel(phone, 'playback'), true)
    t.equal(await store.releaseChannel(phone, 'playback'), false)
    const free = { version: version + 1, holder: null, sinceMs: null, state: '1' }
    t.strictSame(await store.readChannel(laptop, 'playback'), free)
    const held = await taken(store, phone, 'playback')
    await taken(store, laptop, 'other')
    await store.end('7', phone)
    t.strictSame(await store.readChannel(laptop, 'playback'), { version: held.version + 1, holder: null, sinceMs: null, state: '1' })
    t.match(await store.readChannel(laptop, 'other'), { holder: laptop }, 'and no other is touched')
    t.equal(await store.readChannel(phone, 'playback'), null)
    t.equal(await store.takeChannel(phone, 'playback', anyhow), null)
    t.equal(await store.releaseChannel(phone, 'playback'), null)
  })

  await t.test('of many with the same version one takes over; of many with none one is left', async t => {
    const { store, another } = await makeStore(t)
    const instances = [store, await another()]
    const ids = await Promise.all(Array.from({ length: 10 }, () => opened(store)))
    const answers = await Promise.all(ids.map((id, i) => instances[i % 2]?.takeChannel(id, 'playback', { state: null, ifVersion: 0 })))
    t.equal(answers.filter(answer => answer?.outcome === 'taken').length, 1)
    const all = await Promise.all(ids.map((id, i) => taken(instances[i % 2] ?? store, id, 'playback')))
    const last = all.sort((a, b) => b.version - a.version)[0]
    t.strictSame(await store.readChannel(ids[0] ?? '', 'playback'), last)
    t.equal(new Set(all.map(({ version }) => version)).size, 10)
  })

  await t.test('the channels that are held are bounded; those that are not give way', async t => {
    const { store } = await makeStore(t)
    const [phone, laptop] = [await opened(store), await opened(store)]
    for (let i = 0; i < MOST_CHANNELS; i++) await taken(store, i === 0 ? laptop : phone, `c${i}`, { state: `"c${i}"`, ifVersion: null })
    t.strictSame(await store.takeChannel(phone, 'more', anyhow), { outcome: 'too-many-channels' })
    t.match(await store.takeChannel(phone, 'c0', anyhow), { outcome: 'taken' }, 'one that is there')
    // In another order than they were made, and none in the millisecond of another.
    await taken(store, laptop, 'c1')
    for (const letGo of [() => store.releaseChannel(phone, 'c4'), () => store.end('7', laptop), () => store.releaseChannel(phone, 'c3')]) {
      await letGo()
      await sleep(2)
    }
    const states = async () => Promise.all(['c1', 'c3', 'c4'].map(async name => (await store.readChannel(phone, name))?.state))
    t.strictSame(await states(), ['"c1"', '"c3"', '"c4"'])
    for (const [name, left] of [['more', ['"c1"', '"c3"', 'null']], ['yet-another', ['null', '"c3"', 'null']]] as const) {
      t.match(await store.takeChannel(phone, name, anyhow), { outcome: 'taken' })
      t.strictSame(await states(), left, 'the one that nobody has held for longest, and no other')
    }
  })

  await t.test('there are never more leases than places; a lease is renewed, given back, and ends with its session', async t => {
    const { store, another } = await makeStore(t)
    const instances = [store, await another()]
    const rules = { max: 3, leaseMs: 60_000 }
    const ids = await Promise.all(Array.from({ length: 10 }, () => opened(store)))
    const answers = await Promise.all(ids.map((id, i) => instances[i % 2]?.takeLease(id, 'streams', rules)))
    const holders = ids.filter((_, i) => answers[i]?.isGiven)
    const [one = '', two = '', three = ''] = holders
    const [waiting = ''] = ids.filter(id => !holders.includes(id))
    t.equal(holders.length, 3)
    t.strictSame(answers.filter(answer => answer?.isGiven === false).map(answer => answer?.leases.map(({ sessionId }) => sessionId).sort()), Array.from({ length: 7 }, () => [...holders].sort()))
    t.match(await store.takeLease(one, 'streams', { ...rules, max: 1 }), { isGiven: true }, 'who has one keeps it, also if there are fewer places')
    t.match(await store.takeLease(waiting, 'other', rules), { isGiven: true, leases: [{ sessionId: waiting }] })
    t.equal(await store.releaseLease(two, 'streams'), true)
    t.equal(await store.releaseLease(two, 'streams'), false)
    t.match(await store.takeLease(waiting, 'streams', rules), { isGiven: true })
    await store.end('7', three)
    t.strictSame((await store.readLeases(one, 'streams'))?.map(({ sessionId }) => sessionId).sort(), [one, waiting].sort())
    t.match(await store.takeLease(two, 'streams', rules), { isGiven: true }, 'in the place of one that has ended')
    for (const answer of [store.takeLease(three, 'streams', rules), store.readLeases(three, 'streams'), store.releaseLease(three, 'streams')]) t.equal(await answer, null)
  })

  await t.test('a session that goes on under another id takes along what it holds', async t => {
    const { store } = await makeStore(t)
    const [phone, laptop] = [await opened(store), await opened(store)]
    const { version, sinceMs } = await taken(store, phone, 'playback', { state: '1', ifVersion: null })
    await taken(store, laptop, 'other')
    await store.takeLease(phone, 'streams', { max: 2, leaseMs: 60_000 })
    await store.takeLease(laptop, 'streams', { max: 2, leaseMs: 60_000 })
    const successor = issuer.open('7')
    await store.replace(phone, successor)
    t.strictSame(await store.readChannel(laptop, 'playback'), { version, sinceMs, holder: successor.id, state: '1' })
    t.match(await store.readChannel(laptop, 'other'), { holder: laptop })
    t.strictSame((await store.readLeases(laptop, 'streams'))?.map(({ sessionId }) => sessionId).sort(), [successor.id, laptop].sort())
  })
}
