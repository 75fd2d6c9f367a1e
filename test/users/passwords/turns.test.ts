import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createTurns, letsAllIn, type Admission } from '../../../src/users/passwords/turns.ts'

const forEver = Infinity

const letsIn = (beforeWork: Admission['beforeWork']): Admission => ({ ...letsAllIn, beforeWork })

t.test('turns come in the order in which they were asked for, no more at once than there are places', async t => {
  const turn = createTurns({ places: 2, queueLimit: 10 })
  const begun: number[] = []
  let running = 0
  const work = (number: number) => async () => {
    begun.push(number)
    t.ok(++running <= 2)
    await sleep(2)
    running--
    return number
  }
  t.strictSame(await Promise.all([1, 2, 3, 4, 5, 6, 7].map(number => turn(work(number), forEver))), [1, 2, 3, 4, 5, 6, 7])
  t.strictSame(begun, [1, 2, 3, 4, 5, 6, 7])
})

t.test('what would wait beside too many others is sent away at once', async t => {
  const turn = createTurns({ places: 1, queueLimit: 1 })
  const first = turn(() => sleep(5, 'first'), forEver)
  const second = turn(() => sleep(5, 'second'), forEver)
  t.equal(await turn(async () => t.fail('it began'), forEver), null)
  t.strictSame(await Promise.all([first, second]), ['first', 'second'])
  t.equal(await turn(async () => 'next', forEver), 'next')
})

t.test('what has waited too long never begins, and those behind it have its turn', async t => {
  const turn = createTurns({ places: 1, queueLimit: 10 })
  const first = turn(() => sleep(30, 'first'), forEver)
  const late = [1, 2, 3].map(() => turn(async () => t.fail('it began'), 5))
  const patient = turn(async () => 'patient', forEver)
  t.strictSame(await Promise.all([first, ...late, patient]), ['first', null, null, null, 'patient'])
  t.equal(await turn(async () => 'next', 0), 'next', 'who need not wait is never late')
})

t.test('work that fails gives its place back', async t => {
  const turn = createTurns({ places: 1, queueLimit: 1 })
  await t.rejects(turn(async () => { throw new Error('broken') }, forEver), { message: 'broken' })
  t.equal(await turn(async () => 'next', forEver), 'next')
})

t.test('each lane has places of its own to wait in', async t => {
  const turn = createTurns({ places: 1, queueLimit: 2 })
  const done: string[] = []
  const ask = (name: string, knownAs?: string) => turn(async () => done.push(name), forEver, knownAs)
  const first = turn(() => sleep(5), forEver)
  const outcomes = await Promise.all([ask('a'), ask('b'), ask('c'), ask('d', 'alice'), ask('e', 'bob'), ask('f', 'carol'), first])
  t.strictSame(outcomes.slice(0, 6).map(outcome => outcome === null), [false, false, true, false, false, true])
  t.strictSame(done, ['d', 'e', 'a', 'b'], 'the known go first, the others after them')
})

t.test('however many known ones wait, one of the others has every fourth turn', async t => {
  const turn = createTurns({ places: 1, queueLimit: 20 })
  const done: string[] = []
  const ask = (name: string, knownAs?: string) => turn(async () => done.push(name), forEver, knownAs)
  const first = turn(() => sleep(5), forEver)
  const others = ['a', 'b'].map(name => ask(name))
  const known = Array.from({ length: 9 }, (_, i) => ask(`${i}`, `user${i}`))
  await Promise.all([first, ...others, ...known])
  t.equal(done.join(''), '012a345b678')
  await Promise.all([turn(() => sleep(5), forEver), ...['x', 'y'].map(name => ask(name, 'alice')), ask('z')])
  t.equal(done.slice(-3).join(''), 'xyz', 'turns that nobody else waited for do not count')
})

t.test('who has waited too long is told so at the next turn, in either lane', async t => {
  const turn = createTurns({ places: 1, queueLimit: 10 })
  const first = turn(() => sleep(30), forEver)
  const late = ['alice', null].map(knownAs => turn(async () => t.fail('it began'), 5, knownAs))
  const patient = [null, 'alice'].map(knownAs => turn(async () => knownAs, forEver, knownAs))
  t.strictSame(await Promise.all([first, ...late, ...patient]), [undefined, null, null, null, 'alice'])
})

t.test('an account has four places among the known; what comes from it beyond them waits with the others', async t => {
  const turn = createTurns({ places: 1, queueLimit: 5 })
  const done: string[] = []
  const ask = (name: string, knownAs?: string) => turn(async () => done.push(name), forEver, knownAs)
  const first = turn(() => sleep(5), forEver)
  const mallory = Array.from({ length: 12 }, (_, i) => ask(`${i % 10}`, 'mallory'))
  const alice = ask('A', 'alice')
  const outcomes = await Promise.all([first, alice, ...mallory])
  t.equal(done.join(''), '01243A5678', 'alice waits behind four of them and one of the others')
  t.equal(outcomes.slice(2).filter(outcome => outcome === null).length, 3)
})

t.test('what is put off gives its place up, and has the next one when it comes again', async t => {
  const turn = createTurns({ places: 1, queueLimit: 10 })
  const done: string[] = []
  const over = new AbortController()
  const later = async (atMostMs: number) => { t.equal(atMostMs, Infinity); await once(over.signal, 'abort') }
  const asked: string[] = []
  const ask = (name: string, knownAs?: string) => turn(async () => done.push(name), forEver, knownAs, letsIn(async () => {
    asked.push(name)
    return asked.filter(other => other === name).length === 1 ? later : undefined
  }))
  const work = (name: string) => turn(async () => { await sleep(5); done.push(name) }, forEver)
  const all = [ask('a'), ask('A', 'alice'), work('b'), work('c'), work('d')]
  while (!done.includes('b')) await sleep(1)
  over.abort()
  await Promise.all(all)
  t.equal(done.join(''), 'bcAad', 'nobody waited for them, and they waited for nobody else')
})

t.test('what is put off for longer than it may wait never begins; no more are put off than may wait', async t => {
  const turn = createTurns({ places: 2, queueLimit: 1 })
  const putOff = (longestWaitMs: number, knownAs?: string) => turn(async () => t.fail('it began'), longestWaitMs, knownAs, letsIn(async () => atMostMs => sleep(Math.min(atMostMs + 2, 50))))
  const waiting = putOff(20)
  await sleep(1)
  t.equal(await putOff(1000), null, 'at once')
  const known = putOff(20, 'alice')
  t.strictSame(await Promise.all([waiting, known]), [null, null])
  t.equal(await turn(async () => 'next', forEver), 'next')
})

t.test('what cannot be asked, or cannot be waited for, gives its place back', async t => {
  const turn = createTurns({ places: 1, queueLimit: 1 })
  const broken = async () => { throw new Error('broken') }
  await t.rejects(turn(async () => t.fail('it began'), forEver, null, letsIn(broken)), { message: 'broken' })
  for (let i = 0; i < 2; i++) await t.rejects(turn(async () => t.fail('it began'), forEver, null, letsIn(async () => broken)), { message: 'broken' })
  t.equal(await turn(async () => 'next', forEver), 'next')
})

t.test('who has to wait is asked about before, whoever need not is not; who is told before is told what it is', async t => {
  const turn = createTurns({ places: 1, queueLimit: 1 })
  const asked: string[] = []
  const ask = (name: string, work = async () => name) => turn(work, forEver, null, { ...letsAllIn, async beforeWait () { asked.push(name) } }, isWaiting => asked.push(`${name} ${isWaiting ? 'waits' : 'begins'}`))
  const first = ask('first', () => sleep(5, 'first'))
  t.strictSame(await Promise.all([first, ask('second')]), ['first', 'second'])
  t.strictSame(asked, ['first begins', 'second', 'second waits'])

  const busy = turn(() => sleep(5, 'busy'), forEver)
  const refusing = { ...letsAllIn, async beforeWait () { throw new Error('not you') } }
  await t.rejects(turn(async () => t.fail('it began'), forEver, null, refusing, () => t.fail('it entered')), { message: 'not you' })
  t.equal(await busy, 'busy')
  t.equal(await turn(async () => 'next', forEver, null, refusing), 'next')
})

t.test('one gets ready while all places are taken, and counts among those of its kind who wait', async t => {
  const turn = createTurns({ places: 1, ahead: 1, queueLimit: 1 })
  const begun: string[] = []
  const ask = (name: string, knownAs: string | null, work: () => Promise<unknown> = async () => {}) => turn(async () => {
    begun.push(name)
    return work()
  }, forEver, knownAs)
  const works = new AbortController()
  const first = ask('first', null, () => once(works.signal, 'abort'))
  const ready = ask('ready', null, () => once(works.signal, 'abort'))
  await sleep(1)
  t.strictSame(begun, ['first', 'ready'])
  t.equal(await ask('one too many', null), null)
  const known = ask('known', 'alice')
  t.equal(await ask('another known', 'bob'), null, 'the other lane has its own place, and it is taken now')
  works.abort()
  await Promise.all([first, ready, known])
  t.strictSame(begun, ['first', 'ready', 'known'])
  t.equal(await ask('next', null).then(() => begun.at(-1)), 'next')
})

t.test('a known one that gets ready counts among the known', async t => {
  const turn = createTurns({ places: 1, ahead: 1, queueLimit: 1 })
  const works = new AbortController()
  const wait = () => once(works.signal, 'abort')
  const first = turn(wait, forEver)
  const other = turn(async () => 'other', forEver)
  const known = turn(wait, forEver, 'alice')
  t.equal(await other, 'other')
  const others = turn(async () => 'waits', forEver)
  t.equal(await turn(wait, forEver, 'bob'), null)
  works.abort()
  t.equal(await others, 'waits')
  await Promise.all([first, known])
})
