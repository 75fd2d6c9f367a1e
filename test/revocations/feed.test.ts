import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createRevocationFeed, LARGEST_PAGE, type FeedOptions } from '../../src/revocations/feed.ts'
import { beforeOf, isBehind, isPosition, type Position, type Revocation, type RevocationPage } from '../../src/revocations/revocation.ts'

const at = (number: number): Position => `1-${number}`

/** A log that a test writes and breaks. */
class FakeLog {
  revocations: Revocation[] = []
  ageMs: number | null = 10
  oldest = 0
  reads = 0
  failure: Error | null = null
  onNews = (): void => {}

  add (count: number): void {
    for (let i = 0; i < count; i++) {
      const number = this.revocations.length + 1
      this.revocations.push({ userId: String(number), sessionId: 'x', reason: 'logged_out', expiresAtMs: 1, position: at(number) })
    }
    this.onNews()
  }

  async read (after: Position | null, most: number): Promise<RevocationPage | null> {
    this.reads++
    await sleep(1)
    if (this.failure !== null) throw this.failure
    const from = after === null ? this.oldest : Number(after.split('-')[1])
    if (from < this.oldest) return null
    const revocations = this.revocations.filter(({ position }) => isBehind(position, at(from))).slice(0, most)
    return { revocations, position: revocations.at(-1)?.position ?? at(from), isMore: revocations.length === most, ageMs: this.ageMs }
  }
}

function opened (t: Test, options: Partial<FeedOptions> = {}) {
  const log = new FakeLog()
  const uses = { now: 0, all: 0 }
  const feed = createRevocationFeed({
    log,
    beatMs: 20,
    activate (onNews) {
      log.onNews = onNews
      uses.now++
      uses.all++
      return async () => { uses.now-- }
    },
    ...options
  })
  t.teardown(() => feed.close())
  return { log, feed, uses }
}

/** The users here are numbers. */
function numberOf (revocation: Revocation): number {
  return Number('userId' in revocation && revocation.userId)
}

/** Reads on, and remembers the numbers that it was told. */
async function reader ({ feed }: ReturnType<typeof opened>, after: Position | null = null) {
  const { page, follow } = await feed.open(after)
  const told = page.revocations.map(numberOf)
  const ends: unknown[] = []
  const beats: RevocationPage[] = []
  const stop = follow({
    take (page) {
      beats.push(page)
      told.push(...page.revocations.map(numberOf))
    },
    end: error => ends.push(error)
  })
  return { told, ends, beats, stop, position: () => beats.at(-1)?.position ?? page.position }
}

const until = async (isSo: () => boolean): Promise<void> => { while (!isSo()) await sleep(2) }
const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i)

t.test('positions are in order by moment, then by number', t => {
  t.ok(isBehind('2-0', '1-9') && isBehind('10-0', '9-0') && isBehind('1-10', '1-9'))
  t.notOk(isBehind('1-1', '1-1') || isBehind('1-0', '1-1') || isBehind('9-0', '10-0'))
  t.ok(isPosition('1-0'))
  for (const text of ['', '1', '-', '1-', 'a-b', '1-2-3', ' 1-2', '1-2\n']) t.notOk(isPosition(text), text)
  t.end()
})

t.test('a page at a time, from the beginning or from a position', async t => {
  const { log, feed } = opened(t)
  log.add(5)
  const first = await feed.read(null, 2)
  t.match(first, { position: at(2), isMore: true })
  t.match(await feed.read(first.position, 100), { position: at(5), isMore: false, revocations: [{ userId: '3' }, { userId: '4' }, { userId: '5' }] })
  t.strictSame((await feed.read(at(5))).revocations, [])
})

t.test('it is whole once it is, and until then nobody begins to read', async t => {
  const { log, feed } = opened(t)
  log.ageMs = null
  const reading = feed.read(null)
  await sleep(100)
  log.ageMs = 4000
  t.match(await reading, { ageMs: 4000 })
  log.ageMs = 6000
  await t.rejects(feed.read(null), { code: 'store_unavailable', headers: { 'retry-after': '1' } })
})

t.test('who waits is told at once, or after a while that there is nothing', async t => {
  const { log, feed } = opened(t)
  const waiting = feed.read(null, 2, 5000)
  await until(() => feed.readers() === 1)
  log.add(3)
  t.match(await waiting, { revocations: [{ userId: '1' }, { userId: '2' }], position: at(2), isMore: true }, 'no more than asked for')
  t.equal(feed.readers(), 0)
  const from = performance.now()
  t.match(await feed.read(at(3), 100, 60), { revocations: [], position: at(3) })
  t.ok(performance.now() - from >= 55)
  t.match(await feed.read(at(2), 100, 60_000), { revocations: [{ userId: '3' }] }, 'what is there already is not waited for')
})

t.test('who has gone is not waited for', async t => {
  const { feed } = opened(t)
  const going = new AbortController()
  const waiting = feed.read(null, 2, 60_000, going.signal)
  await until(() => feed.readers() === 1)
  going.abort()
  t.strictSame((await waiting).revocations, [])
  t.strictSame((await feed.read(null, 2, 60_000, going.signal)).revocations, [])
  t.equal(feed.readers(), 0)
})

t.test('everybody is told everything, once and in order, wherever they come from and whatever comes meanwhile', async t => {
  const parts = opened(t)
  const { log, feed } = parts
  const readers: Array<{ from: number, reader: Awaited<ReturnType<typeof reader>> }> = []
  for (let i = 0; i < 20; i++) {
    log.add(150)
    readers.push({ from: i * 100, reader: await reader(parts, at(i * 100)) })
    if (i % 3 === 0) await sleep(3)
  }
  const all = 20 * 150
  await until(() => readers.every(({ reader: { told } }) => told.at(-1) === all))
  for (const { from, reader: { told } } of readers) t.strictSame(told, numbers(all - from, from + 1))
  t.equal(feed.readers(), 20)
})

t.test('who is further ahead than the others is told nothing twice', async t => {
  const parts = opened(t, { beatMs: 10_000 })
  const one = await reader(parts)
  await until(() => one.beats.length > 0)
  await sleep(30)
  const { onNews } = parts.log
  parts.log.onNews = () => {}
  parts.log.add(2)
  const other = await reader(parts)
  await until(() => other.beats.length > 0)
  await sleep(10)
  onNews()
  await until(() => one.told.length === 2)
  parts.log.onNews = onNews
  parts.log.add(1)
  await until(() => other.told.length === 3)
  t.strictSame([one.told, other.told], [[1, 2, 3], [1, 2, 3]])
})

t.test('with nothing new each reader is told so, from one read for all', async t => {
  const parts = opened(t)
  const readers = await Promise.all(Array.from({ length: 10 }, () => reader(parts)))
  await until(() => readers.every(({ beats }) => beats.length > 2))
  parts.log.reads = 0
  for (const { beats } of readers) beats.length = 0
  await until(() => readers.every(({ beats }) => beats.length === 5))
  t.ok(parts.log.reads <= 8, `${parts.log.reads} reads`)
  t.match(readers[0]?.beats[0], { revocations: [], position: at(0), ageMs: 10 })
})

t.test('more than a page at once is told without a pause', async t => {
  const parts = opened(t, { beatMs: 10_000 })
  const one = await reader(parts)
  await until(() => one.beats.length > 0)
  parts.log.add(2 * LARGEST_PAGE + 1)
  await until(() => one.told.length === 2 * LARGEST_PAGE + 1)
  t.strictSame(one.told, numbers(2 * LARGEST_PAGE + 1))
})

t.test('a log that fails for a while is silence; nothing is missed', async t => {
  const parts = opened(t)
  const one = await reader(parts)
  await until(() => one.beats.length > 0)
  parts.log.failure = new Error('away')
  await sleep(50)
  const before = one.beats.length
  await sleep(60)
  t.equal(one.beats.length, before)
  parts.log.add(3)
  parts.log.failure = null
  await until(() => one.told.length === 3)
  t.strictSame(one.ends, [])
})

t.test('a position that is too old is told with where what is known begins', async t => {
  const parts = opened(t)
  const { log, feed } = parts
  log.add(5)
  log.oldest = 3
  await t.rejects(feed.read(at(2)), { code: 'position_too_old', extras: { position: at(3) } })
  log.oldest = 5
  await t.rejects(feed.open(at(2)), { code: 'position_too_old', extras: { position: at(5) } }, 'where there is none, where it would be')

  const one = await reader(parts, at(5))
  await until(() => one.beats.length > 0)
  log.oldest = 100
  await until(() => one.ends.length > 0)
  t.match(one.ends, [{ code: 'position_too_old' }])
  log.oldest = 5
  const two = await reader(parts, at(5))
  t.equal(feed.readers(), 1)
  await until(() => two.beats.length > 1)
})

t.test('a reader that cannot take more is ended, and no other', async t => {
  const parts = opened(t)
  const { page, follow } = await parts.feed.open(null)
  const full = new Error('full')
  const ends: unknown[] = []
  follow({ take () { throw full }, end: error => ends.push(error) })
  const other = await reader(parts, page.position)
  await until(() => ends.length > 0)
  t.strictSame(ends, [full])
  parts.log.add(1)
  await until(() => other.told.length === 1)
})

t.test('a reader that stops is told that it has ended, once', async t => {
  const one = await reader(opened(t))
  one.stop()
  one.stop()
  t.strictSame(one.ends, [undefined])
})

t.test('a log that fails while a reader catches up ends it with the reason', async t => {
  const parts = opened(t)
  const { follow } = await parts.feed.open(null)
  parts.log.failure = new Error('away')
  const end = await new Promise(resolve => follow({ take () {}, end: resolve }))
  t.equal(end, parts.log.failure)
  parts.log.failure = null
  const { read } = parts.log
  parts.log.read = async (...args) => {
    parts.log.read = async () => { throw new Error('away again') }
    return read.apply(parts.log, args)
  }
  await t.rejects(parts.feed.read(null, 1, 60_000), /away again/)
})

t.test('a reader that stops while it catches up takes nobody’s news with it', async t => {
  const parts = opened(t)
  const { follow } = await parts.feed.open(null)
  follow({ take () {}, end () {} })()
  const stopping = follow({ take () { stopping() }, end () {} })
  await sleep(20)
  const waiting = parts.feed.read(null, 1, 1000)
  await sleep(2)
  parts.log.add(1)
  t.equal((await waiting).revocations.length, 1)
  const other = await reader(parts, at(1))
  await until(() => other.beats.length > 2)
  parts.log.add(1)
  await until(() => other.told.length === 1)
})

t.test('an answer that was waited for is as old as it is', async t => {
  const parts = opened(t)
  const waiting = parts.feed.read(null, 1, 300)
  await sleep(50)
  parts.log.failure = new Error('away')
  const { ageMs } = await waiting
  t.ok(ageMs > 200 && ageMs < 600, `${ageMs} ms`)
  parts.log.failure = null
  parts.log.ageMs = 4900
  const tooLong = parts.feed.read(null, 1, 300)
  await sleep(50)
  parts.log.failure = new Error('away')
  await t.rejects(tooLong, { code: 'store_unavailable' })
})

t.test('while nobody knows until when it is whole, nothing is said', async t => {
  const parts = opened(t)
  const one = await reader(parts)
  await until(() => one.beats.length > 1)
  parts.log.ageMs = null
  await sleep(30)
  const count = one.beats.length
  await sleep(60)
  t.equal(one.beats.length, count)
  parts.log.ageMs = 10
  await until(() => one.beats.length > count)
})

t.test('who is behind is given the next page when there is room for it', async t => {
  const parts = opened(t)
  parts.log.add(2 * LARGEST_PAGE)
  const { follow } = await parts.feed.open(at(0))
  let makeRoom = (): void => {}
  const pages: number[] = []
  follow({ take: ({ revocations }) => { pages.push(revocations.length); return new Promise(resolve => { makeRoom = resolve }) }, end () {} })
  await until(() => pages.length === 1)
  await sleep(30)
  t.strictSame(pages, [LARGEST_PAGE])
  makeRoom()
  await until(() => pages.length > 1)
  makeRoom()
  parts.log.add(1)
  await until(() => pages.includes(1))
})

t.test('no more read than one instance can serve', async t => {
  const parts = opened(t)
  const { follow } = await parts.feed.open(null)
  for (let i = 0; i < 5000; i++) follow({ take () {}, end () {} })
  t.throws(() => follow({ take () {}, end () {} }), { code: 'store_unavailable' })
})

t.test('it costs nothing before anybody reads, and a while after', async t => {
  const parts = opened(t, { idleMs: 50 })
  t.equal(parts.uses.now, 0)
  const one = await reader(parts)
  t.strictSame(parts.uses, { now: 1, all: 1 })
  await sleep(120)
  t.strictSame(parts.uses, { now: 1, all: 1 }, 'as long as somebody reads')
  one.stop()
  await until(() => parts.uses.now === 0)
  await parts.feed.read(null)
  t.strictSame(parts.uses, { now: 1, all: 2 })
})

t.test('closing ends everybody, and nobody begins again', async t => {
  const parts = opened(t)
  const one = await reader(parts)
  const waiting = parts.feed.read(null, 1, 60_000)
  await until(() => parts.feed.readers() === 2)
  await parts.feed.close()
  t.strictSame(one.ends, [undefined])
  t.strictSame((await waiting).revocations, [])
  t.equal(parts.uses.now, 0)
  await t.rejects(parts.feed.read(null), { code: 'shutting_down' })
  await opened(t).feed.close()
})

t.test('before a place there is one with nothing in between', t => {
  t.equal(beforeOf('5-3'), '5-2')
  t.equal(beforeOf('5-0'), '4-999999999999999')
  t.end()
})
