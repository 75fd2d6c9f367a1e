import { readFileSync, readdirSync } from 'node:fs'
import t, { type Test } from 'tap'
import { createPasswordHasher, type HasherOptions } from '../../../src/users/passwords/hasher.ts'

t.test('a password hashes at the given cost and verifies', async t => {
  const passwords = hasher(t, { cost: 5, threads: 1 })
  const stored = await passwords.hash('password123')
  t.match(stored, /^\$2b\$05\$/)
  t.equal(await passwords.verify('password123', stored, 5), true)
  t.equal(await passwords.verify('password124', stored, 5), false)
  t.equal(await passwords.verify('password123', null, null), false, 'nobody at all to compare with')
})

t.test('the default is cost 12 on as many threads as there are cores', async t => {
  const passwords = hasher(t, {})
  t.match(await passwords.hash('password123'), /^\$2b\$12\$/)
})

t.test('a full queue refuses with login_busy, and takes work again afterwards', async t => {
  const passwords = hasher(t, { cost: 6, threads: 1, queueLimit: 2 })
  const waiting = Array.from({ length: 3 }, () => passwords.verify('x', null, 6))
  await t.rejects(passwords.verify('x', null, 6), { code: 'login_busy' })
  t.strictSame(await Promise.all(waiting), [false, false, false])
  t.equal(await passwords.verify('x', null, 6), false)
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
