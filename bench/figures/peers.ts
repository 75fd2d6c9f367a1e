import { measureCell, type Cell } from '../matrix/cell.ts'
import { hasLogins, startContestants, type Contestant, type Name } from '../matrix/contestants.ts'
import { goalRows, type Set } from '../matrix/goals.ts'
import { measureEnds } from '../matrix/ends.ts'
import { measureStorm } from '../matrix/storm.ts'
import { habitsOf, matrixOf, type Column } from '../matrix/table.ts'
import type { Bench } from '../measure.ts'
import type { Plan } from '../plan.ts'
import type { Row } from '../report.ts'

const MAIN_CONNECTIONS = 64

/** What a storm is compared with, and as much of it as shows that it runs. */
const [QUIET_MS, SHORT_MS] = [1000, 250]

/** GET /me of the service, of what else one could use, and of plain Fastify: prints a table of all, and answers with the goals. */
export async function peers (bench: Bench): Promise<Row[]> {
  const { plan } = bench
  const contestants = await startContestants(bench)
  for (let i = 0; i < plan.peers.warmUps; i++) for (const contestant of contestants) await measureCell(contestant, MAIN_CONNECTIONS, 1, 0)
  const patience = plan.patience()
  const columns: Column[] = []
  for (const { connections, rounds, seconds } of plan.peers.cells) {
    const sets = await patience.sets(rounds, contestants.map(contestant => () => measureCell(contestant, connections, seconds, plan.leadSeconds)))
    columns.push({ connections, sets: sets.map(cells => setOf(contestants.map(({ name }) => name), cells)) })
    console.log(`${connections} connections: ${rounds} rounds of ${seconds} s${patience.remark()}`)
  }
  const ticks: number[] = []
  for (const { servers } of contestants) ticks.push(Math.max(...await Promise.all(servers.map(server => server.tick()))))
  const [main, ...others] = columns as [Column, ...Column[]]
  console.log(`\nGET /me, ${plan.peers.sessions} sessions in turn:\n\n${matrixOf(contestants, ticks, [main, ...others])}\n`)
  await loginsAndEnds(contestants, plan)
  return goalRows(main.sets, plan.judges)
}

/** Last, because what is ended is not there any more. */
async function loginsAndEnds (contestants: Contestant[], plan: Plan): Promise<void> {
  const subjects = contestants.filter(hasLogins)
  const logins = Math.min(...plan.logins)
  const patience = plan.patience()
  const storms = await patience.sets(plan.storms, subjects.map(subject => () => measureStorm(subject, logins, plan.judges ? QUIET_MS : SHORT_MS)))
  const remark = patience.remark()
  const habits = []
  for (const [i, subject] of subjects.entries()) {
    habits.push({ title: subject.title, storms: storms.flatMap(set => set[i] ?? []), endsMs: await measureEnds(subject) })
  }
  console.log(`${logins} logins at once, ${plan.storms} times${remark}; ${plan.peers.ends} logouts:\n\n${habitsOf(habits)}\n`)
}

function setOf (names: Name[], cells: Cell[]): Set {
  return Object.fromEntries(names.map((name, i) => [name, cells[i]])) as Set
}
