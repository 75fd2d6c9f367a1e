import t from 'tap'
import type { Cell } from '../../bench/matrix/cell.ts'
import type { Name } from '../../bench/matrix/contestants.ts'
import { goalRows, type Set } from '../../bench/matrix/goals.ts'

const names: Name[] = ['plain', 'static', 'proof', 'expressMemory', 'expressRedis', 'fastifySession', 'mgcrea', 'betterAuth', 'jwt', 'jwtCached', 'strict', 'near', 'four']
const plain: Cell = { perSecond: 1000, p50Ms: 1, p99Ms: 2, cpuMicroseconds: 10, commands: 0 }

/** Everybody as fast as plain Fastify, but for what is given. */
function setOf (different: Partial<Record<Name, Partial<Cell>>>): Set {
  return Object.fromEntries(names.map(name => [name, { ...plain, ...different[name] }])) as Set
}

const rowOf = (figure: string, sets: Set[], judges = true) => goalRows(sets, judges).find(row => row.figure.endsWith(figure))

t.test('a goal is held against the median of the ratios within each set', async t => {
  const figure = 'near-cached against plain Fastify'
  const at = (perSecond: number, ruler: number) => setOf({ near: { perSecond }, plain: { perSecond: ruler } })
  const row = rowOf(figure, [at(900, 1000), at(80, 100), at(880, 1000)])
  t.equal(row?.measured, '0.88 (0.80–0.90) ×')
  t.equal(row?.met, true)
  t.equal(rowOf(figure, [at(840, 1000)])?.met, false)
})

t.test('what has to be low is missed above its goal', async t => {
  const figure = 'Redis commands a request, near-cached'
  t.equal(rowOf(figure, [setOf({ near: { commands: 0.05 } })])?.met, true)
  t.equal(rowOf(figure, [setOf({ near: { commands: 0.06 } })])?.met, false)
})

t.test('a short run judges nothing', async t => {
  t.equal(rowOf('strict against plain Fastify', [setOf({})], false)?.met, null)
})
