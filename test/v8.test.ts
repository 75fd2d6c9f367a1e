import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import t from 'tap'
import { childEnvironment } from './child-environment.ts'
import { instances } from './lifecycle/instance.ts'

const probe = new URL('tick-probe.mjs', import.meta.url).href
const tick = new URL('../bench/servers/tick.mjs', import.meta.url).href

/** Where V8 has given up the shape of what process.nextTick makes, a call takes five to ten times as long (docs/performance.md). */
const MOST_TIMES_SLOWER = 2.5

t.test('process.nextTick stays as fast in a process that serves as it is in a new one, however often garbage is collected', async t => {
  const start = await instances(t, { NODE_OPTIONS: `--import ${probe}` })
  const { child, exited, output } = await start()
  child.kill('SIGWINCH')
  let told: string | undefined
  while (told === undefined) {
    if (await Promise.race([exited, sleep(50)]) !== undefined) return t.fail(`it ended before it told: ${output()}`)
    told = /^a tick takes (\d+) ns$/m.exec(output())?.[1]
  }

  const program = `import { tickNanoseconds } from '${tick}'; console.log(await tickNanoseconds())`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { env: childEnvironment })
  const [took, least] = [Number(told), Number(stdout)]
  t.ok(took < MOST_TIMES_SLOWER * least, `${took} ns, ${least.toFixed(0)} in a new process`)
})
