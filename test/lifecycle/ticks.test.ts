import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { childEnvironment } from '../child-environment.ts'
import { instances } from './instance.ts'

const probe = `--import ${new URL('tick-times.mjs', import.meta.url).href}`

/** Where V8 has given up the shape of what process.nextTick makes, a call takes five to six times as long (docs/performance.md). */
const TIMES = 2.5

async function nanosecondsIn (output: () => string): Promise<number> {
  for (;;) {
    const [, told] = /^ticks of (\d+) ns$/m.exec(output()) ?? []
    if (told !== undefined) return Number(told)
    await sleep(50)
  }
}

t.test('process.nextTick stays as fast in a process that serves as it is in a new one, however often garbage is collected', async t => {
  const start = await instances(t, { NODE_OPTIONS: probe, COLLECTIONS: '12' })
  const { output } = await start()
  const took = await nanosecondsIn(output)

  let written = ''
  const bare = spawn(process.execPath, ['--eval', ''], { env: { ...childEnvironment, NODE_OPTIONS: probe, COLLECTIONS: '0' } })
  bare.stdout.on('data', chunk => { written += chunk })
  t.teardown(() => bare.kill('SIGKILL'))
  const least = await nanosecondsIn(() => written)
  t.comment(`${took} ns, ${least} in one that has collected nothing`)
  t.ok(took < TIMES * least, `${took} ns, ${least} in one that has collected nothing`)
})
