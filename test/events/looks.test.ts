import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createLooks } from '../../src/events/looks.ts'
import { createRegistry, type WatchedUser } from '../../src/events/registry.ts'
import { createListener } from '../../src/events/listener.ts'

/** So many users, each with a connection. */
function crowd (size: number): WatchedUser[] {
  const listening = createRegistry()
  return Array.from({ length: size }, (_, i) => {
    const id = `e1080000-0000-4000-8000-${String(i).padStart(12, '0')}`
    return listening.add({ userId: String(i), id, generation: 1 }, createListener(() => {}, id, null), { outlet: { send: () => {}, end: () => {} }, generation: 1 }).user
  })
}

/** Looks that take as long as the test says, and who was looked at when. */
function opened (answer: (ids: string[]) => Promise<unknown> = () => sleep(1)) {
  const seen = { calls: [] as string[][], atOnce: 0, mostAtOnce: 0 }
  const looks = createLooks(async users => {
    const ids = users.map(({ userId }) => userId)
    seen.calls.push(ids)
    seen.mostAtOnce = Math.max(seen.mostAtOnce, ++seen.atOnce)
    await answer(ids)
    seen.atOnce--
  })
  return { looks, seen, asked: () => seen.calls.flat() }
}

async function until (isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(2)
}

t.test('a crowd is looked at in turn, four calls at a time', async t => {
  const { looks, seen, asked } = opened()
  const users = crowd(1000)
  looks.add(users)
  await until(() => asked().length === 1000 && seen.atOnce === 0)
  t.strictSame(asked(), users.map(({ userId }) => userId), 'everybody once, in order')
  t.equal(seen.mostAtOnce, 4)
})

t.test('nobody is looked at twice at once, and whoever is named meanwhile again afterwards', async t => {
  const { looks, seen, asked } = opened(() => sleep(30))
  const users = crowd(2)
  looks.add(users)
  await until(() => seen.atOnce === 1)
  looks.add(users.slice(0, 1))
  await sleep(10)
  t.equal(seen.mostAtOnce, 1)
  await until(() => asked().length === 3 && seen.atOnce === 0)
  t.strictSame(asked(), ['0', '1', '0'])
})

t.test('calls that get no answer keep those behind them waiting for 50 ms only', async t => {
  const { looks, seen, asked } = opened(ids => Number(ids[0]) < 64 ? sleep(1500) : sleep(1))
  const startedAtMs = performance.now()
  looks.add(crowd(160))
  await until(() => asked().length === 64)
  await sleep(20)
  t.equal(seen.calls.length, 4, 'at first nobody else')
  await until(() => asked().length === 160)
  t.ok(performance.now() - startedAtMs < 500)
  await until(() => seen.atOnce === 0)
})

t.test('whoever something happened to comes first', async t => {
  const { looks, asked } = opened()
  const users = crowd(200)
  looks.add(users)
  looks.add(users.slice(-1), true)
  await until(() => asked().length === 200)
  t.strictSame(asked().slice(0, 3), ['199', '0', '1'])
})

t.test('who is named twice is looked at once, whatever came first', async t => {
  const { looks, asked } = opened()
  const [first, second] = [crowd(1), crowd(2).slice(1)]
  looks.add(first)
  looks.add(first, true)
  looks.add(second, true)
  looks.add(second)
  await until(() => asked().length >= 2)
  await sleep(20)
  t.strictSame(asked(), ['0', '1'])
})

t.test('of ten thousand more are asked about at once', async t => {
  const { looks, seen, asked } = opened(() => sleep(10))
  const startedAtMs = performance.now()
  looks.add(crowd(10_000))
  await until(() => asked().length === 10_000)
  t.equal(seen.mostAtOnce, 16)
  t.ok(performance.now() - startedAtMs < 3000)
})

t.test('who is gone is not looked at, and after a stop nobody is', async t => {
  const { looks, asked } = opened()
  const users = crowd(3)
  const others = users.slice(1)
  looks.add(users)
  for (const gone of users.slice(0, 1)) looks.remove(gone)
  await until(() => asked().length === 2)
  t.strictSame(asked(), ['1', '2'])
  looks.add(others)
  looks.stop()
  looks.add(users)
  await sleep(20)
  t.equal(asked().length, 2)
})
