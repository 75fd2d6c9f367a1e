/** What can be seen in Redis alone of what sessions hold: how long it is kept. The rest is in contract/channels.ts. */
import t from 'tap'
import { tagOf } from '../../src/sessions/credential.ts'
import { newSession, openStore } from './fixture.ts'

const HOUR = 3_600_000

t.test('a channel is kept as long as the sessions that held it may live', async t => {
  const { store, client, keys } = await openStore(t)
  const [short, long] = [newSession('7', { absoluteMs: HOUR }), newSession('7', { absoluteMs: 5 * HOUR })]
  for (const session of [short, long]) await store.create(session)
  const take = ({ credential }: typeof short) => store.takeChannel(credential.id, 'playback', { state: null, ifVersion: null })
  const hours = async () => Math.round(await client.pttl(keys.userChannels(tagOf('7'), '7')) / HOUR)
  const seen = []
  for (const session of [short, long, short]) {
    await take(session)
    seen.push(await hours())
  }
  t.strictSame(seen, [1, 5, 5])
})

t.test('a lease that is not renewed gives its place to another', async t => {
  const { store, client, keys } = await openStore(t)
  const [phone, laptop] = [newSession('7'), newSession('7')]
  for (const session of [phone, laptop]) await store.create(session)
  const take = ({ credential }: typeof phone) => store.takeLease(credential.id, 'streams', { max: 1, leaseMs: 60_000 })
  const key = keys.userLeases(tagOf('7'), '7')
  t.match(await take(phone), { isGiven: true })
  t.match(await take(laptop), { isGiven: false })
  const [field = ''] = await client.hkeys(key)
  await client.hset(key, field, Date.now() - 1)
  t.match(await take(laptop), { isGiven: true, leases: [{ sessionId: laptop.credential.id }] })
  t.equal(await client.hlen(key), 1, 'what is over is taken out')
})
