import { readFileSync, readdirSync } from 'node:fs'
import t, { type Test } from 'tap'
import { createPasswordHasher, type HasherOptions } from '../../../src/users/passwords/hasher.ts'
import { letsAllIn } from '../../../src/users/passwords/turns.ts'

/** What a look into the database would find. */
const found = (storedHash: string | null, levelCost: number | null) => async () => ({ storedHash, levelCost })

t.test('a password hashes at the given cost and verifies', async t => {
  const passwords = hasher(t, { cost: 5, threads: 1 })
  const stored = await passwords.hash('password123')
  t.match(stored, /^\$2b\$05\$/)
  t.equal(await passwords.verify('password123', found(stored, 5)), true)
  t.equal(await passwords.verify('password124', found(stored, 5)), false)
  t.equal(await passwords.verify('password123', found(null, null)), false, 'nobody at all to compare with')
})

t.test('the default is cost 12 on as many threads as there are cores', async t => {
  const passwords = hasher(t, {})
  t.match(await passwords.hash('password123'), /^\$2b\$12\$/)
})

t.test('a full queue refuses with login_busy, and takes work again afterwards', async t => {
  const passwords = hasher(t, { cost: 6, threads: 1, queueLimit: 2 })
  const waiting = Array.from({ length: 3 }, () => passwords.verify('x', found(null, 6)))
  await t.rejects(passwords.verify('x', found(null, 6)), { code: 'login_busy' })
  t.strictSame(await Promise.all(waiting), [false, false, false])
  t.equal(await passwords.verify('x', found(null, 6)), false)
})

t.test('what has waited too long is refused with login_busy and not hashed, so the queue is empty in time', async t => {
  let longestWaitMs = Infinity
  const passwords = hasher(t, { cost: 4, threads: 1, longestWaitMs: () => longestWaitMs })
  await passwords.verify('x', found(null, 4)) // its start counts as waiting too
  const began = performance.now()
  await passwords.verify('x', found(null, 8))
  const oneMs = performance.now() - began
  longestWaitMs = 5 * oneMs
  const started = performance.now()
  const outcomes = await Promise.all(Array.from({ length: 80 }, () => passwords.verify('x', found(null, 8)).catch(error => error.code)))
  t.ok(performance.now() - started < 60 * oneMs, 'the rest is answered without work')
  const done = outcomes.indexOf('login_busy')
  t.ok(done > 0 && done < 60, `${done} of 80 are done`)
  // Not all came in the same millisecond: of those whose time ends when the place gets free, the last may just be in time.
  t.ok(outcomes.slice(done).filter(outcome => outcome === false).length <= 1, 'first come, first served')
  t.ok(outcomes.every(outcome => outcome === false || outcome === 'login_busy'))
  longestWaitMs = Infinity
  t.equal(await passwords.verify('x', found(null, 8)), false, 'the thread lives on')
})

t.test('a hash may be made at another cost than that of the service', async t => {
  const passwords = hasher(t, { cost: 5, threads: 1 })
  t.match(await passwords.hash('password123', 4), /^\$2b\$04\$/)
})

t.test('the event loop turns while threads hash', async t => {
  const passwords = hasher(t, { cost: 10, threads: 2 })
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await Promise.all(Array.from({ length: 4 }, () => passwords.hash('password123')))
  clearInterval(timer)
  t.ok(turns > 20, `${turns} turns; 4 at most if hashing blocked it`)
})

t.test('hashing threads, and only they, run below normal priority where threads have one', async t => {
  const passwords = hasher(t, { cost: 4, threads: 2 })
  await Promise.all(Array.from({ length: 8 }, () => passwords.hash('password123')))
  t.equal(niceThreads(), process.platform === 'linux' ? 2 : 0)
})

function hasher (t: Test, options: HasherOptions) {
  const passwords = createPasswordHasher(options)
  t.teardown(() => passwords.close())
  return passwords
}

/** How many threads of this process have nice 10: field 19 of /proc/<pid>/task/<id>/stat, see proc(5). */
function niceThreads (): number {
  if (process.platform !== 'linux') return 0
  const stats = readdirSync('/proc/self/task').map(id => readFileSync(`/proc/self/task/${id}/stat`, 'utf8'))
  return stats.filter(stat => stat.slice(stat.lastIndexOf(')')).split(' ')[17] === '10').length
}

t.test('what is looked up is looked up while the turn is waited for, and not at all where too many wait', async t => {
  const passwords = hasher(t, { cost: 4, threads: 1, queueLimit: 1 })
  let lookUps = 0
  const counted = async () => {
    lookUps++
    return { storedHash: null, levelCost: 8 }
  }
  const running = [passwords.verify('x', counted), passwords.verify('x', counted)]
  await t.rejects(passwords.verify('x', counted), { code: 'login_busy' })
  t.equal(lookUps, 2)
  t.strictSame(await Promise.all(running), [false, false])
})

t.test('who is not let in is not looked up, neither where a thread is free nor where it would be waited for', async t => {
  const passwords = hasher(t, { cost: 10, threads: 1 })
  const refuses = async () => { throw new Error('not you') }
  const lookUp = async () => t.fail('it was looked up') as never
  await t.rejects(passwords.verify('x', lookUp, { ...letsAllIn, beforeWork: refuses }), { message: 'not you' })
  const running = [passwords.verify('x', found(null, 10)), passwords.verify('x', found(null, 10))]
  await t.rejects(passwords.verify('x', lookUp, { ...letsAllIn, beforeWait: refuses }), { message: 'not you' })
  t.strictSame(await Promise.all(running), [false, false])
})

t.test('who cannot be looked up is told at once, whoever is at work', async t => {
  const passwords = hasher(t, { cost: 4, threads: 1 })
  let isDone = false
  const running = passwords.verify('x', found(null, 10)).then(() => { isDone = true })
  await t.rejects(passwords.verify('x', async () => { throw new Error('away') }), { message: 'away' })
  t.notOk(isDone)
  await running
  t.equal(await passwords.verify('x', found(null, 4)), false, 'its turn is given up')
})
