import t, { type Test } from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { tagOf } from '../../src/sessions/credential.ts'
import { watchChanges } from '../../src/store/change-feed.ts'
import { createKeys } from '../../src/store/keys.ts'
import { mastersOf } from '../../src/store/scripts.ts'
import { createSubscriber } from '../../src/store/subscriber.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { randomPrefix, redisUrl } from '../harness.ts'
import { connected, newSession, openStore, type StoreOptions } from './fixture.ts'

/** A feed on that Redis and what it has told: a slot, or a session of it that has ended; null: changes may have been missed. */
async function listening (t: Test, url = redisUrl, prefix = randomPrefix()) {
  const told: Array<string | null> = []
  const refused: string[] = []
  const client = await connected(t, url)
  const subscriber = createSubscriber(client)
  const feed = watchChanges({ client, subscriber, keys: createKeys(prefix), onRefused: error => refused.push(error.message) })
  t.teardown(() => feed.close())
  feed.listen((slot, endedHex) => told.push(endedHex ?? slot))
  return { feed, told, refused, client, subscriber }
}

const until = async (isSo: () => boolean): Promise<void> => { while (!isSo()) await sleep(5) }

/** A store and what is told while it works. */
async function storeHeard (t: Test, options: StoreOptions = {}) {
  const { store, config } = await openStore(t, { touchIntervalMs: 0, ...options })
  const { feed, told, client } = await listening(t, redisUrl, config.KEY_PREFIX)
  await until(feed.isProven)
  return {
    store,
    async newsOf (work: () => Promise<unknown>): Promise<Array<string | null>> {
      told.length = 0
      await work()
      // Messages of one master keep their order, those of several do not.
      for (const [i, master] of mastersOf(client).entries()) {
        while (!told.includes(`<${i}>`)) {
          await master.publish(`${config.KEY_PREFIX}session-changes`, `<${i}>`)
          await sleep(20)
        }
      }
      // A busy Cluster is connected anew now and then, which is a doubt and no news.
      return told.filter(slot => slot !== null && !slot.startsWith('<'))
    }
  }
}

t.test('each change is told, once a script, and says the slot, and which session has ended, and nothing else', async t => {
  const { store, newsOf } = await storeHeard(t)
  const [one, two, three] = [newSession('7'), newSession('7'), newSession('7')]
  const slot = tagOf('7')
  const endOf = ({ id }: { id: string }) => id.replaceAll('-', '')
  for (const session of [one, two, three]) t.strictSame(await newsOf(() => store.create(session)), [], 'nobody remembers what is new')
  const limits = { max: 2, maxOfType: null, policy: 'evict-oldest' as const }
  t.strictSame(await newsOf(() => store.create(newSession('7', { limits }))), [endOf(one.credential)], 'two give way')
  t.strictSame(await newsOf(() => store.extend(three.credential.id, 7_200_000)), [slot])
  t.strictSame(await newsOf(() => store.extend(three.credential.id, 1000)), [], 'what changes nothing is no news')
  t.strictSame(await newsOf(async () => store.validate({ ...three.credential, generation: 2 })), [slot], 'the first use of a successor')
  const change = { binding: 'a.b', signals: [], ipAddress: '' }
  t.strictSame(await newsOf(() => store.flag(three.credential.id, { ...change, isAccepted: false })), [])
  t.strictSame(await newsOf(() => store.flag(three.credential.id, { ...change, isAccepted: true })), [slot])
  const successor = newSession('7').credential
  t.strictSame(await newsOf(() => store.replace(three.credential.id, successor)), [endOf(three.credential)])
  t.strictSame(await newsOf(() => store.end('7', successor.id)), [endOf(successor)])
  t.strictSame(new Set(await newsOf(() => store.endAll('7', null))), new Set([slot]))
  t.strictSame(await newsOf(() => store.end('7', successor.id)), [], 'there was nothing to end')
})

t.test('uses are not told, nor what they write down', async t => {
  const { store, newsOf } = await storeHeard(t)
  const session = newSession('7')
  const { id } = session.credential
  await store.create(session)
  t.strictSame(await newsOf(async () => {
    for (let i = 0; i < 100; i++) await store.validate(session.credential)
    await store.noteOrigin(id, { ipAddress: '203.0.113.9', userAgent: 'other' })
    await store.writeData(id, { values: new Map([['a', '1']]), ifVersion: null })
    await store.rename('7', id, 'TV')
    await store.list('7', { limit: 10, after: null })
    await store.describe(id)
  }), [])
})

t.test('a Redis that is frozen proves nothing; when it goes on, whatever was missed is doubted first', async t => {
  const redis = await privateRedis(t, 'tcp')
  const { feed, told } = await listening(t, redis.url)
  await until(feed.isProven)
  told.length = 0
  redis.freeze()
  const frozenAt = performance.now()
  await until(() => !feed.isProven())
  const ms = Math.round(performance.now() - frozenAt)
  t.ok(ms <= 520, `${ms} ms`)
  t.ok(told.length > 0 && told.every(slot => slot === null))
  told.length = 0
  redis.thaw()
  await until(feed.isProven)
  t.ok(told.length > 0 && told.every(slot => slot === null))
})

t.test('a new connection of either client may be to another master: what is remembered is doubted', async t => {
  const redis = await privateRedis(t, 'tcp')
  const { feed, told, client, subscriber } = await listening(t, redis.url)
  for (const each of [client, subscriber]) {
    await until(feed.isProven)
    told.length = 0
    each.disconnect(true)
    await until(() => told.includes(null))
    await until(feed.isProven)
    t.pass('proven again')
  }
})

t.test('a user of Redis who may not publish or not subscribe is told of once; sessions work all the same', async t => {
  const redis = await privateRedis(t, 'tcp')
  for (const [user, lacks] of [['mute', '-publish'], ['deaf', '-subscribe'], ['elsewhere', 'resetchannels']] as const) {
    await redis.ask('ACL', 'SETUSER', user, 'on', '>s3cret', '~*', '&*', '+@all', lacks)
    const url = redis.url.replace('//', `//${user}:s3cret@`)
    const { feed, refused } = await listening(t, url)
    const client = await connected(t, url)
    const unheard = watchChanges({ client, subscriber: createSubscriber(client), keys: createKeys(randomPrefix()) })
    t.teardown(() => unheard.close())
    await until(() => refused.length > 0)
    await sleep(400)
    t.notOk(feed.isProven())
    t.notOk(unheard.isProven(), 'nor if nobody wants to know')
    t.equal(refused.length, 1)
    t.match(refused[0], /^NOPERM/)
    const { store } = await openStore(t, { url })
    const session = newSession('7')
    await store.create(session)
    t.equal(await store.end('7', session.credential.id), true)
  }
})
