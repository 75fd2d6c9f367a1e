/**
 * `npm run bench [-- --quick [--apart] | --long] [--only=<figure,…> | <figure> …]`: measures the built service and prints one table. What is measured and how: docs/performance.md.
 * Exit code 1: a request failed, a count was wrong, or (without --quick) a goal was missed.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { leaveServerCore } from './cores.ts'
import { loadTool, requireWrk } from './load/index.ts'
import { apart, figureNames, measure } from './measure.ts'
import { fullPlan, longPlan, quickPlan } from './plan.ts'
import { insist, linesOf, tableOf } from './report.ts'
import { setStage } from './stage.ts'

const { values: { quick, apart: others, long, only }, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, apart: { type: 'boolean', default: false }, long: { type: 'boolean', default: false }, only: { type: 'string' } }
})
const plan = quick ? quickPlan : long ? longPlan : fullPlan
const asked = [...only?.split(',') ?? [], ...positionals]
const unnamed = quick ? figureNames.filter(name => apart.includes(name) === others) : figureNames
const names = asked.length > 0 ? asked : unnamed
insist(names.every(name => figureNames.includes(name)), `The figures are ${figureNames.join(',')}`)
insist(quick || requireWrk(), 'The full bench needs wrk: apt-get install -y wrk (or brew install wrk). Without it: npm run bench -- --quick')
insist(spawnSync('npm', ['run', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0, '`npm run build` failed')
console.log(`Node ${process.version}; load by ${loadTool()}; ${plan.judges ? leaveServerCore() : 'on every core'}\n`)
const stage = await setStage(plan)
try {
  // A run that is cut short is not for nothing.
  const rows = await measure(stage, plan, names, found => console.error(linesOf(found)))
  console.log(tableOf(rows))
  if (rows.some(row => row.met === false)) process.exitCode = 1
} catch (error) {
  console.error(stage.lastWords())
  throw error
} finally {
  await stage.clear()
}
