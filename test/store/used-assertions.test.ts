import t from 'tap'
import { createKeys } from '../../src/store/keys.ts'
import { createUsedAssertions } from '../../src/store/used-assertions.ts'
import { randomPrefix } from '../harness.ts'
import { connected } from './fixture.ts'

t.test('each is noted once, by whichever instance, until its time is over', async t => {
  const [client, keys] = [await connected(t), createKeys(randomPrefix())]
  const instance = (isAvailable = true) => createUsedAssertions({ client, keys, isAvailable: () => isAvailable, timeoutMs: 5000 })
  const [one, other] = [instance(), instance()]
  t.strictSame(await Promise.all([one.note('a', 60_000), other.note('a', 60_000), one.note('b', 60_000)]).then(noted => noted.filter(Boolean).length), 2)
  t.equal(await one.note('a', 60_000), false)
  const left = await client.pttl(keys.clientAssertion('a'))
  t.ok(left > 50_000 && left <= 60_000)
  await client.pexpire(keys.clientAssertion('a'), 0)
  t.equal(await other.note('a', 60_000), true)
  await t.rejects(instance(false).note('c', 60_000), { code: 'store_unavailable' })
  await Promise.all(['a', 'b'].map(digest => client.unlink(keys.clientAssertion(digest))))
})
