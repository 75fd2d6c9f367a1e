import t from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { instances, logIn } from './instance.ts'
import { startLoad } from './load.ts'

const RESTARTS = 5

t.test('two instances restart in turn under load, and not one request fails', async t => {
  const start = await instances(t)
  const running = [await start(), await start()]
  const ports = running.map(({ port }) => port)
  const load = startLoad(ports, await logIn(`http://127.0.0.1:${ports[0]}`))

  for (let restart = 0; restart < RESTARTS; restart++) {
    const instance = running.shift()
    instance?.child.kill(restart % 2 === 0 ? 'SIGTERM' : 'SIGINT')
    t.strictSame(await instance?.exited, [0, null])
    running.push(await start(instance?.port))
    await sleep(200) // until the load balancer has noticed
  }
  await load.stop()
  t.strictSame(load.failures, [])
  t.ok(load.answered() > 1000, `${load.answered()} requests were answered`)
})
