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
