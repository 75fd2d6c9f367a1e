import t from 'tap'
import { createWaitingRoom } from '../../src/guessing/waiting-room.ts'

t.test('who waits is called one by one, first come, first served, each for what it waits for', async t => {
  const room = createWaitingRoom()
  const called: string[] = []
  const wait = (name: string, who: string) => room.wait(name, Infinity).then(() => { called.push(who) })
  const waits = [wait('a', 'first'), wait('a', 'second'), wait('b', 'other')]
  room.callNext('a')
  await waits[0]
  t.strictSame(called, ['first'])
  room.callNext('b')
  room.callNext('a')
  room.callNext('nobody')
  await Promise.all(waits)
  t.strictSame(called, ['first', 'other', 'second'])
})

t.test('who is not called asks again after a quarter of a second, or sooner where less time is left', async t => {
  const room = createWaitingRoom()
  const started = performance.now()
  const waited = async (atMostMs: number) => {
    await room.wait('a', atMostMs)
    return performance.now() - started
  }
  const [short, late, long] = await Promise.all([waited(20), waited(-5), waited(Infinity)])
  t.ok(late < short && short < long && long > 240, `${late}, ${short}, ${long} ms`)
})
