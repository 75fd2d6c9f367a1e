/**
 * `npm run soak [-- --quick]`: what `npm run test:model` and `npm run test:races` do, for long: 10,000 sequences and 10,000 rounds of
 * each race. `--quick` is a tenth of both. `SEED`, `SEQUENCES` and `ROUNDS` go on to them. Goes on after a failure; closes with one line.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { closingLine } from './tap.ts'

const many = process.argv.includes('--quick') ? '1000' : '10000'
const suites = ['test:model', 'test:races']
const total = { passed: 0, failed: 0, skipped: 0 }

/** Runs a suite and adds its closing line; one that ends without it has failed. */
async function run (suite: string): Promise<void> {
  const child = spawn('npm', ['run', '--silent', suite], { env: { SEQUENCES: many, ROUNDS: many, ...process.env }, stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  let counts: { passed: number, failed: number } | null = null
  for await (const line of createInterface({ input: child.stdout })) {
    const [, passed, failed] = /^(\d+) passed, (\d+) failed/.exec(line) ?? []
    counts = passed === undefined ? null : { passed: Number(passed), failed: Number(failed) }
    console.log(line)
  }
  const [code] = await closed
  total.passed += counts?.passed ?? 0
  total.failed += counts?.failed || (code === 0 ? 0 : 1)
}

for (const suite of suites) {
  console.log(`== ${suite}`)
  await run(suite)
}
console.log(closingLine(total))
process.exitCode = total.failed > 0 ? 1 : 0
