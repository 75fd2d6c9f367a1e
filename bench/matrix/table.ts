import { markdownOf } from '../report.ts'
import { percentile, show, spreadOf } from '../statistics.ts'
import type { Cell } from './cell.ts'
import type { Contestant, Name } from './contestants.ts'
import type { Set } from './goals.ts'
import type { Storm } from './storm.ts'

/** The sets of one number of connections. */
export interface Column { connections: number, sets: Set[] }

/** A line for each contestant: requests a second and latencies at each number of connections, and the rest as it was at the first; and what a tick took behind all of them, in the slowest of its processes. */
export function matrixOf (contestants: Contestant[], ticks: number[], columns: [Column, ...Column[]]): string {
  const inOrder = columns.toSorted((a, b) => a.connections - b.connections)
  const [main] = columns
  const head = [
    'server',
    ...inOrder.map(({ connections }) => `requests/s, ${connections} connection${connections === 1 ? '' : 's'}`),
    ...inOrder.map(({ connections }) => `p50, p99 at ${connections}, ms`),
    'server CPU a request', 'Redis commands a request', 'bytes in Redis a login', 'process.nextTick, ns'
  ]
  return markdownOf(head, contestants.map(({ name, title, bytesEach }, i) => [
    title,
    ...inOrder.map(column => speed(column, name)),
    ...inOrder.map(column => latency(column, name)),
    cpu(main, name), spread(main, name, 'commands', 2), bytesEach?.toFixed(0) ?? '–', ticks[i]?.toFixed(0) ?? '–'
  ]))
}

/** What one contestant did when its users logged in and out. */
export interface Habits { title: string, storms: Storm[], endsMs: number[] }

/** A line for each contestant whose users do. */
export function habitsOf (habits: Habits[]): string {
  const head = ['server', 'logins/s', 'p99 of GET /me at 200/s meanwhile, ms', 'the same without logins, ms', 'accepted after its logout, ms']
  return markdownOf(head, habits.map(({ title, storms, endsMs }) => {
    const shown = (member: keyof Storm) => show(spreadOf(storms.map(storm => storm[member])), 1)
    return [title, shown('loginsPerSecond'), shown('p99Ms'), shown('quietP99Ms'), delayOf(endsMs)]
  }))
}

function delayOf (endsMs: number[]): string {
  const longest = Math.max(...endsMs)
  if (longest === Infinity) return 'until it expires, 1 h'
  return `${endsMs.filter(ms => ms > 0).length} of ${endsMs.length}${longest > 0 ? `, at most ${longest.toFixed(1)}` : ''}`
}

function speed (column: Column, name: Name): string {
  const ratio = spreadOf(column.sets.map(set => set[name].perSecond / set.plain.perSecond))
  return `${show(ratio)} ×, ${(median(column, name, 'perSecond') / 1000).toFixed(1)} k`
}

function cpu (column: Column, name: Name): string {
  const ratio = spreadOf(column.sets.map(set => set[name].cpuMicroseconds / set.plain.cpuMicroseconds))
  return `${show(ratio)} ×, ${median(column, name, 'cpuMicroseconds').toFixed(0)} µs`
}

function latency (column: Column, name: Name): string {
  return `${spread(column, name, 'p50Ms', 2)}, ${spread(column, name, 'p99Ms', 1)}`
}

function spread ({ sets }: Column, name: Name, member: keyof Cell, digits: number): string {
  return show(spreadOf(sets.map(set => set[name][member])), digits)
}

function median ({ sets }: Column, name: Name, member: keyof Cell): number {
  return percentile(sets.map(set => set[name][member]), 50)
}
