import bcrypt from 'bcryptjs'
import t from 'tap'
import { remainingCosts, verifyLevelled } from '../../../src/users/passwords/levelling.ts'
import { hashPassword } from '../../../src/users/passwords/scheme.ts'

const costs = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]

t.test('whatever cost is stored, the runs and the rounds of a refusal are the same', async t => {
  for (const levelCost of costs) {
    const level = workOf([levelCost, ...remainingCosts(levelCost, levelCost)])
    for (const stored of costs.filter(cost => cost < levelCost)) {
      t.strictSame(workOf([stored, ...remainingCosts(stored, levelCost)]), level, `stored ${stored}, level ${levelCost}`)
    }
  }
})

t.test('levelling adds little where it matters', async t => {
  const { rounds } = workOf([12, ...remainingCosts(12, 12)])
  t.ok(rounds / 2 ** 12 < 1.04, `${rounds} rounds`)
})

t.test('a hash above the level is levelled to itself', async t => {
  t.strictSame(remainingCosts(8, 6), remainingCosts(8, 8))
})

t.test('only the right password of a stored hash matches', async t => {
  const storedHash = hashPassword({ password: 'secret456', cost: 5 })
  t.equal(verifyLevelled({ password: 'secret456', storedHash, levelCost: 6 }), true)
  t.equal(verifyLevelled({ password: 'secret457', storedHash, levelCost: 6 }), false)
  t.equal(verifyLevelled({ password: 'secret456', storedHash: null, levelCost: 6 }), false)
})

t.test('each kind of refusal really does that work', async t => {
  const hashes = t.capture(bcrypt, 'hashSync', bcrypt.hashSync)
  const comparisons = t.capture(bcrypt, 'compareSync', bcrypt.compareSync)
  const attempts = {
    unknown: { storedHash: null, password: 'password123' },
    wrong: { storedHash: hashPassword({ password: 'other', cost: 7 }), password: 'password123' },
    'lower cost': { storedHash: hashPassword({ password: 'other', cost: 5 }), password: 'password123' },
    'long scheme': { storedHash: hashPassword({ password: 'o'.repeat(99), cost: 6 }), password: 'password123' },
    'long password': { storedHash: hashPassword({ password: 'p'.repeat(72), cost: 6 }), password: 'p'.repeat(73) }
  }
  hashes()
  for (const [name, attempt] of Object.entries(attempts)) {
    t.equal(verifyLevelled({ ...attempt, levelCost: 7 }), false)
    const runs = [...comparisons(), ...hashes()].map(({ args: [, salt] }) => Number(salt?.toString().split('$')[2]))
    t.strictSame(workOf(runs), { runs: 5, rounds: 2 ** 7 + 4 * 16 }, name)
  }
})

function workOf (runs: number[]): { runs: number, rounds: number } {
  return { runs: runs.length, rounds: runs.reduce((sum, cost) => sum + 2 ** cost, 0) }
}
