import slotOfKey from 'cluster-key-slot'
import { Cluster } from 'ioredis'
import t from 'tap'
import { everyTag, sharesOf } from '../../../src/store/revocations/cluster-shares.ts'

const keyOf = (tag: string) => `x:revoked:{${tag}}`

/** A Cluster of these masters, and who has which slot. */
function clusterOf (ports: number[], ownerOf: (slot: number) => string | undefined): Cluster {
  const slots = Array.from({ length: 16_384 }, (_, slot) => ownerOf(slot)).map(owner => owner === undefined ? undefined : [owner])
  return Object.assign(Object.create(Cluster.prototype), { slots, nodes: () => ports.map(port => ({ options: { host: '127.0.0.1', port } })) })
}

t.test('every tag is asked about once, of the master that has its slot, with those of the same slot', t => {
  const { shares, others } = sharesOf(clusterOf([1, 2, 3], slot => `127.0.0.1:${slot % 2 + 1}`))
  t.strictSame(others, [])
  t.strictSame(shares.map(({ node: { options: { port } } }) => port), [1, 2], 'not of one that has none')
  for (const { node: { options: { port } }, commands } of shares) {
    for (const tags of commands) {
      const slots = new Set(tags.map(tag => slotOfKey(keyOf(tag))))
      if (slots.size !== 1 || [...slots].some(slot => slot % 2 + 1 !== port)) t.fail(`${tags} are asked of ${port}`)
    }
  }
  t.strictSame(shares.flatMap(({ commands }) => commands.flat()).sort(), everyTag())
  t.end()
})

t.test('tags of slots that nobody is known to have are told apart', t => {
  const { shares, others } = sharesOf(clusterOf([1], slot => slot < 100 ? '127.0.0.1:1' : slot < 200 ? '127.0.0.1:9' : undefined))
  const asked = shares.flatMap(({ commands }) => commands.flat())
  t.ok(asked.length > 100 && asked.every(tag => slotOfKey(keyOf(tag)) < 100))
  t.strictSame([...asked, ...others].sort(), everyTag())
  t.end()
})
