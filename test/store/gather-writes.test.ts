import { once } from 'node:events'
import { Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Cluster, type Redis } from 'ioredis'
import t from 'tap'
import { gatherWrites } from '../../src/store/gather-writes.ts'
import { createClient, waitUntilReady } from '../../src/store/connect.ts'
import { mastersOf } from '../../src/store/scripts.ts'
import { redisUrl } from '../harness.ts'

/** A stream that notes how many chunks each of its writes carried. */
function noting () {
  const carried: number[] = []
  const texts: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    writev (chunks, done) {
      carried.push(chunks.length)
      texts.push(...chunks.map(({ chunk }) => String(chunk)))
      done()
    }
  })
  gatherWrites(stream)
  return { stream, carried, texts }
}

t.test('what is written in one turn travels together, at the end of the turn', async t => {
  const { stream, carried, texts } = noting()
  for (const text of ['a', 'b', 'c']) t.ok(stream.write(text))
  t.strictSame(carried, [])
  await nextTurn()
  stream.write('d')
  stream.write('e')
  await nextTurn()
  t.strictSame(carried, [3, 2])
  t.equal(texts.join(''), 'abcde')
})

t.test('sixteen go at once, so that the other side has something to do', async t => {
  const { stream, carried } = noting()
  for (let i = 0; i < 40; i++) stream.write('x')
  t.strictSame(carried, [16, 16])
  await nextTurn()
  t.strictSame(carried, [16, 16, 8])
})

t.test('a stream that ends or breaks in the turn ends as it would otherwise', async t => {
  const ending = noting()
  ending.stream.write('last words')
  ending.stream.end()
  await once(ending.stream, 'finish')
  t.strictSame(ending.texts, ['last words'])

  const broken = noting()
  broken.stream.write('lost')
  broken.stream.destroy()
  await nextTurn()
  t.strictSame(broken.texts, [])
})

t.test('every connection of a client gathers, those to each node of a Cluster and the one after a loss', async t => {
  const client = createClient(redisUrl)
  t.teardown(() => client.disconnect())
  await waitUntilReady(client)
  for (const node of mastersOf(client)) {
    await node.ping()
    t.strictSame(await carriedFor(node), [10])
  }
  // A Cluster makes a new node instead.
  if (client instanceof Cluster) return
  client.stream.destroy()
  await once(client, 'ready')
  t.strictSame(await carriedFor(client), [10])
})

/** How many commands each write of the connection carried when ten were given in one turn. */
async function carriedFor (node: Redis): Promise<number[]> {
  const { stream } = node
  const carried: number[] = []
  const writev = stream._writev?.bind(stream)
  stream._writev = (chunks, done) => {
    carried.push(chunks.length)
    writev?.(chunks, done)
  }
  await Promise.all(Array.from({ length: 10 }, () => node.ping()))
  return carried
}
