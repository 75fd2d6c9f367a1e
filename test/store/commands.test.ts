/** What the store sends; listened to on a server of the test's own, so never on the shared one. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import t from 'tap'
import { privateRedis } from '../faults/private-redis.ts'
import { newSession, openStore } from './fixture.ts'

const value = { values: new Map([['a', '"2"']]), ifVersion: null }
const firstPage = { limit: 10, after: null }

t.test('every verb is one command, end-all one and its slices', async t => {
  const redis = await privateRedis(t)
  const { store, liveCount, client } = await openStore(t, { url: redis.url })
  const link = new Redis(redis.url.slice('unix://'.length))
  const monitor = await link.monitor()
  t.teardown(() => { monitor.disconnect(); link.disconnect() })
  const heard: string[] = []
  monitor.on('monitor', (_time, [command, first, , key]: string[], source: string) => {
    if (source !== 'lua' && key?.endsWith('live-sessions') !== true) heard.push(command === 'echo' ? String(first) : String(command))
  })

  // MONITOR comes on a connection of its own and later than the answers: marks tell what belongs to what.
  const sentBy = async (act: () => Promise<unknown>, prepare: () => Promise<unknown> = act) => {
    await prepare() // and the script is known
    const [from, to] = [randomUUID(), randomUUID()]
    await client.echo(from)
    await act()
    await client.echo(to)
    while (!heard.includes(to)) await sleep(2)
    return heard.slice(heard.indexOf(from) + 1, heard.indexOf(to))
  }

  const session = newSession('7')
  const { id } = session.credential
  await store.create(session)
  t.strictSame(await sentBy(() => store.create(newSession('7'))), ['evalsha'])
  t.strictSame(await sentBy(async () => store.validate(session.credential)), ['evalsha'])
  t.strictSame(await sentBy(() => store.list('7', firstPage)), ['evalsha'])
  t.strictSame(await sentBy(() => store.describe(id)), ['evalsha'])
  t.strictSame(await sentBy(() => store.readData(id, null)), ['evalsha'])
  t.strictSame(await sentBy(() => store.writeData(id, value)), ['evalsha'])
  t.strictSame(await sentBy(() => store.rename('7', id, 'TV')), ['evalsha'])
  t.strictSame(await sentBy(() => store.create(newSession('7', { device: { idHashes: ['x'.repeat(22)], name: 'TV', capabilities: ['4K'] } }))), ['evalsha'], 'also a login that replaces another')
  const other = newSession('7')
  await store.create(other)
  t.strictSame(await sentBy(() => store.replace(other.credential.id, newSession('7').credential)), ['evalsha'])
  t.strictSame(await sentBy(() => store.activity('7', id)), ['evalsha'])
  t.strictSame(await sentBy(() => store.listEnded('7')), ['evalsha'])
  t.strictSame(await sentBy(() => store.explain(id)), ['evalsha'])
  t.strictSame(await sentBy(() => store.noteOrigin(id, { ipAddress: '', userAgent: '' })), ['evalsha'])
  t.strictSame(await sentBy(() => store.end('7', id)), ['evalsha'])
  t.strictSame(await sentBy(() => store.eraseHistory('7')), ['del'])
  const endAll = () => store.endAll('8', null)
  const fill = async () => {
    await endAll()
    await Promise.all(Array.from({ length: 50 }, () => store.create(newSession('8'))))
  }
  t.strictSame(await sentBy(endAll, fill), ['evalsha', 'evalsha', 'evalsha'], 'the mark, a full slice, and one to see that there is no more')
  await liveCount.flush()
})
