/** What the store sends; listened to on a server of the test's own, so never on the shared one. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import t from 'tap'
import { privateRedis } from '../faults/private-redis.ts'
import { newSession, openStore } from './fixture.ts'

const value = { values: new Map([['a', '"2"']]), ifVersion: null }
const firstPage = { limit: 10, after: null }

t.test('every verb is one command, a list of many one and its pages, end-all one and its slices', async t => {
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
  t.strictSame(await sentBy(async () => store.countOf('7')), ['evalsha'])
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
    await Promise.all(Array.from({ length: 8 }, () => store.create(newSession('8'))))
  }
  t.strictSame(await sentBy(endAll, fill), ['evalsha', 'evalsha', 'evalsha'], 'the mark, a full slice, and one to see that there is no more')
  await liveCount.flush()
})

t.test('what goes over many sessions goes in slices, each a bounded number of commands', async t => {
  const redis = await privateRedis(t)
  // The count is flushed when it is closed, and not in between.
  const { store, client } = await openStore(t, { url: redis.url, flushEveryMs: 600_000 })
  const open = async (userId: string, count: number) => {
    for (let i = 0; i < count; i += 100) await Promise.all(Array.from({ length: 100 }, () => store.create(newSession(userId))))
  }
  await open('7', 1000)
  await open('8', 10_000)
  const link = new Redis(redis.url.slice('unix://'.length))
  const monitor = await link.monitor()
  t.teardown(() => { monitor.disconnect(); link.disconnect() })
  const marks = new Set<string>()
  let calls: number[] = []
  let longest = 0
  monitor.on('monitor', (_time, command: string[], source: string) => {
    if (command[0] === 'echo') marks.add(String(command[1]))
    else if (source !== 'lua') calls.push(0)
    else calls.push(Number(calls.pop() ?? 0) + 1)
    longest = Math.max(longest, command.length)
  })

  /** Calls of scripts, and the most commands that one of them makes. */
  const workOf = async (act: () => Promise<unknown>) => {
    const [from, to] = [randomUUID(), randomUUID()]
    await client.echo(from)
    while (!marks.has(from)) await sleep(2)
    ;[calls, longest] = [[], 0]
    await act()
    await client.echo(to)
    while (!marks.has(to)) await sleep(2)
    return { calls: calls.length, most: Math.max(...calls), longest }
  }

  const { calls: listing, most: listed } = await workOf(async () => t.equal((await store.list('7', { limit: 1000, after: null })).sessions.length, 1000))
  t.ok(listing <= 5 + Math.ceil(1000 / 16) && listing > 4 + Math.floor(1000 / 16), `${listing} calls: the index, 250 at a time of which one comes again, and what it says in slices`)
  t.ok(listed <= 2 * 16 + 8, `${listed} commands in one call of a list`)
  const limits = { max: 1000, maxOfType: null, policy: 'evict-oldest' } as const
  const { most: loginAtLimit } = await workOf(async () => store.create(newSession('7', { limits })))
  t.ok(loginAtLimit <= 40, `${loginAtLimit} commands in a login at the limit`)

  const ended = await workOf(async () => t.equal(await store.endAll('8', null), 10_000))
  t.ok(ended.calls <= 2 + (10_000 - 8) / 4 + 3, `${ended.calls} calls: the mark, a slice of eight, and slices of four`)
  t.ok(ended.most <= 20 + 8 * 6, `${ended.most} commands in one call of an end-all`)
  t.ok(ended.longest <= 100, `${ended.longest} arguments`)
})
