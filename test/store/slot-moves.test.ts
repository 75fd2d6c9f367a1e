/*
 * Pages of everybody's sessions while slots of a real Cluster move from one master to another: MIGRATE and CLUSTER SETSLOT, with a page between any two of their steps.
 */
import type { Cluster, Redis } from 'ioredis'
import t from 'tap'
import { createAmongAll } from '../../src/sessions/among-all.ts'
import { mastersOf } from '../../src/store/scripts.ts'
import { privateCluster } from '../private-cluster.ts'
import { cursorsOf, newSession, openStore } from './fixture.ts'

const USERS = 240
const PAGE = 10
const MOVES = 5

/** Moves a slot with all that is in it to the next master; goes on from one step to the next when it is told. */
async function * moveSlot (cluster: Cluster, slot: number) {
  const masters = await Promise.all(mastersOf(cluster).map(async node => ({ node, id: String(await node.cluster('MYID')), hasSlot: hasSlot(String(await node.cluster('NODES')), slot) })))
  const from = masters.findIndex(({ hasSlot }) => hasSlot)
  const [source, target] = [masters[from], masters[(from + 1) % masters.length]]
  if (source === undefined || target === undefined) throw new Error('no master has that slot')
  await target.node.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source.id)
  yield 'importing'
  await source.node.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', target.id)
  yield 'migrating'
  const keys = await source.node.call('CLUSTER', 'GETKEYSINSLOT', slot, 1000) as string[]
  await source.node.call('MIGRATE', String(target.node.options.host), Number(target.node.options.port), '', 0, 5000, 'KEYS', ...keys)
  yield 'moved'
  for (const { node } of [target, source, ...masters]) await node.call('CLUSTER', 'SETSLOT', slot, 'NODE', target.id)
}

function hasSlot (nodes: string, slot: number): boolean {
  const own = nodes.split('\n').find(line => line.includes('myself'))?.split(' ').slice(8) ?? []
  return own.filter(range => !range.startsWith('[')).map(range => range.split('-').map(Number)).some(([first = 0, last = first]) => first <= slot && slot <= last)
}

t.test('while slots move between masters, what lives all the while is on a page; on two of them only because of that', async t => {
  const { store, client, keys } = await openStore(t, { url: await privateCluster(t), hasMoved: true })
  const all = createAmongAll(store, cursorsOf)
  const users = Array.from({ length: USERS }, (_, i) => `user-${i}`)
  const ids = new Map<string, string>()
  for (const userId of users) {
    const session = newSession(userId)
    ids.set(session.credential.id, userId)
    await store.create(session)
  }
  const slotOf = async (id: string) => Number(await (mastersOf(client)[0] as Redis).cluster('KEYSLOT', keys.session(id)))

  /** All pages; between two of them `between` does something, until it has nothing more to do. */
  async function shown (between: AsyncGenerator<unknown>): Promise<Map<string, number>> {
    const times = new Map<string, number>()
    let [cursor, pages]: [string | undefined, number] = [undefined, 0]
    do {
      const page = await all.findAmongAll(PAGE, cursor, {})
      for (const { id } of page.sessions) times.set(id, (times.get(id) ?? 0) + 1)
      t.ok(page.sessions.length <= PAGE)
      if (++pages > USERS) throw new Error('the pages do not end')
      cursor = page.nextCursor
      await between.next()
    } while (cursor !== undefined)
    return times
  }

  async function * moves (shownFirst: string[]) {
    for (const id of shownFirst) yield * moveSlot(client as Cluster, await slotOf(id))
  }

  const quiet = await shown(moves([]))
  t.strictSame([...quiet.keys()].sort(), [...ids.keys()].sort())
  t.ok([...quiet.values()].every(times => times === 1), 'each once while nothing moves')

  // Of those that come first as well as of those that come last, in the order of a walk that nothing disturbs.
  const order = [...quiet.keys()]
  const moving = await shown(moves(Array.from({ length: MOVES }, (_, i) => order[Math.floor(i * (order.length - 1) / (MOVES - 1))] ?? '')))
  t.strictSame([...moving.keys()].sort(), [...ids.keys()].sort(), 'nobody is missing')
  t.ok([...moving.values()].some(times => times > 1), 'and some are shown again, because slots have moved')

  const after = await shown(moves([]))
  t.ok(after.size === USERS && [...after.values()].every(times => times === 1), 'each once when they have')
})
