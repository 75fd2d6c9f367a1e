import slotOfKey from 'cluster-key-slot'
import { Cluster } from 'ioredis'
import t from 'tap'
import { createKeys } from '../../../src/store/keys.ts'
import { createOutboxes } from '../../../src/store/revocations/outboxes.ts'
import { randomPrefix } from '../../harness.ts'
import { connected } from '../fixture.ts'

const call = async <T>(command: () => Promise<T>) => command()

t.test('of all outboxes those are found in which there is something; on a Cluster also those of slots that nobody is known to have', async t => {
  const [client, keys] = [await connected(t), createKeys(randomPrefix())]
  const left = ['0000', '00ff', '1234', 'abcd', 'ffff']
  for (const tag of left) await client.rpush(keys.revoked(tag), 'entry')
  t.teardown(async () => { for (const tag of left) await client.del(keys.revoked(tag)) })
  const sweep = async (of: typeof client) => (await createOutboxes(of, keys, call).sweep()).sort()
  const found = await sweep(client)
  t.ok(left.every(tag => found.includes(tag)) && found.length <= left.length * 256, `${found.length} are looked at one by one`)
  if (client instanceof Cluster) return

  const node = Object.create(client, { options: { value: { host: '127.0.0.1', port: 1 } } })
  const half = Object.assign(Object.create(Cluster.prototype), { slots: Array.from({ length: 8192 }, () => ['127.0.0.1:1']), nodes: () => [node] })
  const onCluster = await sweep(half)
  t.ok(left.every(tag => onCluster.includes(tag)))
  const known = onCluster.filter(tag => slotOfKey(tag) < 8192)
  t.ok(known.length < 100, 'of slots that it has, those with something and what shares a slot with it')
  t.ok(onCluster.length - known.length > 30_000, 'and all others')
})

/** What a node answers a pipeline with, as that says it of each of so many commands. */
type Answers = (count: number) => Array<[Error | null, number?]> | null

t.test('a slot that moves is looked at one by one; a refusal of all says nothing of any', async t => {
  const [client, keys] = [await connected(t), createKeys(randomPrefix())]
  function sweepWith (answers: Answers): Promise<string[]> {
    const pipeline = () => {
      let count = 0
      return { exists: () => count++, exec: async () => answers(count) }
    }
    const node = Object.create(client, { options: { value: { host: '127.0.0.1', port: 1 } }, pipeline: { value: pipeline } })
    const slots = Array.from({ length: 16_384 }, () => ['127.0.0.1:1'])
    const whole = client instanceof Cluster ? Object.assign(Object.create(Cluster.prototype), { slots, nodes: () => [node] }) : node
    return createOutboxes(whole, keys, call).sweep()
  }
  const someSay = (message: string): Answers => count => Array.from({ length: count }, (_, i) => i % 4 === 0 ? [new Error(message)] : [null, 0])

  for (const refusal of ['MOVED 0 127.0.0.1:2', 'ASK 0 127.0.0.1:2', 'TRYAGAIN Multiple keys request during rehashing of slot']) {
    const { length } = await sweepWith(someSay(refusal))
    t.ok(length > 10_000 && length < 25_000, `${length} tags of a quarter of the commands`)
  }
  for (const refusal of ['LOADING Redis is loading the dataset in memory', 'NOPERM this user has no permissions', 'Connection is closed.']) {
    await t.rejects(sweepWith(someSay(refusal)), { message: refusal })
  }
  await t.rejects(sweepWith(() => null), { message: /discarded/ })
})
