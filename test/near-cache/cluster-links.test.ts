import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { watchChanges } from '../../src/store/change-feed.ts'
import { createKeys } from '../../src/store/keys.ts'
import { mastersOf } from '../../src/store/scripts.ts'
import { createSubscriber } from '../../src/store/subscriber.ts'
import { build, buildAnother, inspector, randomPrefix } from '../harness.ts'
import { privateCluster } from '../private-cluster.ts'
import { connected } from '../store/fixture.ts'
import { killLinks, killSubscribers } from './link-kills.ts'

const KILLS = 50

/** A feed of its own, and what it has told. */
async function listening (t: Test, url: string) {
  const [client, keys] = [await connected(t, url), createKeys(randomPrefix())]
  const subscriber = createSubscriber(client)
  const feed = watchChanges({ client, subscriber, keys })
  t.teardown(() => feed.close())
  const told: Array<string | null> = []
  feed.listen(slot => told.push(slot))
  return { client, keys, subscriber, feed, told }
}

const until = async (isSo: () => boolean): Promise<void> => { while (!isSo()) await sleep(1) }

await t.test('on a Cluster of three masters', async t => {
  // Every subscriber is killed.
  const url = await privateCluster(t)

  await t.test('each kill of the link is a doubt at once, and one more when news arrives again; then it does', async t => {
    const { client, keys, subscriber, feed, told } = await listening(t, url)
    const usedPorts = new Set<number | undefined>()
    const doubts = () => told.filter(slot => slot === null).length
    let toldOtherwise = 0
    for (let kill = 0; kill < KILLS; kill++) {
      await until(feed.isProven)
      usedPorts.add(subscriber.options.port)
      told.length = 0
      await killSubscribers(client)
      await until(() => !feed.isProven())
      const atOnce = doubts()
      await until(feed.isProven)
      if (atOnce !== 1 || doubts() !== 2) toldOtherwise++
      const masters = mastersOf(client)
      for (const [i, master] of masters.entries()) await master.publish(keys.sessionChanges, `<${i}>`)
      await until(() => masters.every((_master, i) => told.includes(`<${i}>`)))
    }
    // A machine that stands still for as long as a proof holds is a doubt too.
    t.ok(toldOtherwise <= KILLS / 10, `${toldOtherwise} were told otherwise`)
    t.equal(usedPorts.size, 3, 'each master has had its turn')
  })

  await t.test('a session that ends while the link is down is refused once it is back', async t => {
    const { app: here, config } = await build(t, { REDIS_URL: url, SESSION_LIMIT: '1000', NEAR_CACHE_MS: '1000' })
    const elsewhere = await buildAnother(t, config)
    const redis = await inspector(t, url)
    const isProven = () => here.nearCache?.isProven() === true
    let [endedWhileDown, stale] = [0, 0]
    for (let kill = 0; kill < KILLS; kill++) {
      await until(isProven)
      const { credential, session } = await elsewhere.sessions.open({ userId: String(kill), profile: { email: 'alice@example.com', name: 'Alice', roles: [] }, ipAddress: '203.0.113.7', userAgent: 'curl' })
      if (await here.sessions.validate(credential) === null) t.fail('it is not live')
      await killSubscribers(redis)
      await until(() => !isProven())
      await elsewhere.sessions.end(session)
      if (!isProven()) endedWhileDown++
      await until(isProven)
      if (await here.sessions.validate(credential) !== null) stale++
    }
    t.equal(stale, 0)
    t.ok(endedWhileDown > KILLS / 2, `${endedWhileDown} ended while the link was down`)
  })

  await t.test('a master that is silent for less than a second means that nothing is proven, whichever it is', async t => {
    const client = await connected(t, url)
    const feed = watchChanges({ client, subscriber: createSubscriber(client), keys: createKeys(randomPrefix()) })
    t.teardown(() => feed.close())
    for (const master of mastersOf(client)) {
      await until(feed.isProven)
      const askedAtMs = performance.now()
      await master.client('PAUSE', 800)
      await until(() => !feed.isProven())
      const ms = Math.round(performance.now() - askedAtMs)
      t.ok(ms <= 600, `noticed after ${ms} ms`)
    }
    await until(feed.isProven)
  })

  await t.test(`${KILLS} times the link is killed under load, while a session is ended elsewhere: nothing stale is accepted once it is back, and never for a second`, async t => {
    await killLinks(t, { url, kills: KILLS })
  })

  await t.test('when the node that it listens to is gone for good, it listens to another one', async t => {
    const { client, keys, subscriber, feed, told } = await listening(t, url)
    await until(feed.isProven)
    told.length = 0
    const { port } = subscriber.options
    const gone = mastersOf(client).find(({ options }) => options.port === port)
    await gone?.call('SHUTDOWN', 'NOSAVE').catch(() => { /* its answer is that the link closes */ })
    await until(() => told.includes(null))
    await until(feed.isProven)
    t.not(subscriber.options.port, port)
    for (const master of mastersOf(client)) await master.publish(keys.sessionChanges, 'news')
    await until(() => told.filter(slot => slot === 'news').length === 2)
    t.pass('and hears of what the others publish')
  })
})
