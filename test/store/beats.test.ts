import t from 'tap'
import { Cluster, Redis } from 'ioredis'
import { createBeats } from '../../src/store/beats.ts'

/** A Cluster that is never connected, whose masters are those in the array, and what is sent through them. */
function clusterOf (...ports: number[]) {
  const sent = new Map<number, string>()
  const masters = ports.map(port => Object.assign(new Redis({ host: '127.0.0.1', port, lazyConnect: true }), {
    publish: async (_channel: string, message: string) => {
      sent.set(port, message)
      return 1
    }
  }))
  const client = Object.assign(new Cluster([{ port: 1 }], { lazyConnect: true }), { nodes: () => masters })
  return { client, masters, beatOf: (port: number) => sent.get(port) ?? '' }
}

t.test('news is proven while the last beat of every master came back within half a second', async t => {
  const { client, beatOf } = clusterOf(1, 2, 3)
  const beats = createBeats(client, 'own')
  await beats.send()
  const nowMs = performance.now()
  t.notOk(beats.areHeard(nowMs))
  for (const port of [1, 2]) beats.hear(beatOf(port))
  t.notOk(beats.areHeard(nowMs), 'the beat of one master has not come back')
  beats.hear(beatOf(3))
  t.ok(beats.areHeard(nowMs))
  t.notOk(beats.areHeard(nowMs + 501))

  await new Promise(resolve => setTimeout(resolve, 20))
  await beats.send()
  for (const port of [1, 3]) beats.hear(beatOf(port))
  t.ok(beats.areHeard(nowMs + 480), 'a beat that is late for less')
  t.notOk(beats.areHeard(nowMs + 510), 'only two have come back since')
})

t.test('a master that is new has to prove itself; the beat of one that has gone says nothing', async t => {
  const { client, masters, beatOf } = clusterOf(1, 2)
  const beats = createBeats(client, 'own')
  await beats.send()
  const second = masters.pop()
  beats.hear(beatOf(1))
  beats.hear(beatOf(2))
  t.ok(beats.areHeard(performance.now()))
  if (second !== undefined) masters.push(second)
  t.notOk(beats.areHeard(performance.now()))
  beats.hear(beatOf(2))
  t.ok(beats.areHeard(performance.now()))
  beats.forget()
  t.notOk(beats.areHeard(performance.now()))
})
