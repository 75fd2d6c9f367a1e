import type { Row } from '../report.ts'
import { show, spreadOf, type Spread } from '../statistics.ts'
import type { Cell } from './cell.ts'
import type { Name } from './contestants.ts'

/** A set of rounds in which everybody had a turn. */
export type Set = Record<Name, Cell>

interface Goal {
  figure: string
  of: (set: Set) => number
  unit: string
  /** At least it, or at most. */
  least?: number
  most?: number
}

const speed = (name: Name, against: Name) => (set: Set) => set[name].perSecond / set[against].perSecond
const cpu = (name: Name) => (set: Set) => set[name].cpuMicroseconds / set.plain.cpuMicroseconds
const commands = (name: Name) => (set: Set) => set[name].commands

/** Held against 64 connections. What is compared was measured in the same set. */
const goals: Goal[] = [
  { figure: 'near-cached against plain Fastify', of: speed('near', 'plain'), unit: ' ×', least: 0.85 },
  { figure: 'near-cached against @fastify/jwt', of: speed('near', 'jwt'), unit: ' ×', least: 2 },
  { figure: 'near-cached against @fastify/jwt with its cache', of: speed('near', 'jwtCached'), unit: ' ×', least: 1.5 },
  { figure: 'near-cached against express-session with connect-redis', of: speed('near', 'expressRedis'), unit: ' ×', least: 6 },
  { figure: 'strict against plain Fastify', of: speed('strict', 'plain'), unit: ' ×', least: 0.55 },
  { figure: 'Redis commands a request, near-cached', of: commands('near'), unit: '', most: 0.05 },
  { figure: 'Redis commands a request, strict', of: commands('strict'), unit: '', most: 1 },
  { figure: 'server CPU a request, near-cached against plain Fastify', of: cpu('near'), unit: ' ×', most: 1.2 },
  { figure: 'server CPU a request, strict against plain Fastify', of: cpu('strict'), unit: ' ×', most: 1.7 }
]

export function goalRows (sets: Set[], judges: boolean): Row[] {
  return goals.map(goal => {
    const spread = spreadOf(sets.map(goal.of))
    return {
      figure: `GET /me, 64 connections: ${goal.figure}`,
      measured: `${show(spread, goal.unit === '' ? 3 : 2)}${goal.unit}`,
      goal: goal.least === undefined ? `≤ ${goal.most}${goal.unit}` : `≥ ${goal.least}${goal.unit}`,
      met: judges ? isMet(goal, spread) : null
    }
  })
}

function isMet ({ least = -Infinity, most = Infinity }: Goal, { median }: Spread): boolean {
  return median >= least && median <= most
}
