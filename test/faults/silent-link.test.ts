import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { demo } from '../harness.ts'
import { privateRedis } from './private-redis.ts'
import { breakableService } from './service.ts'

t.test('a connection that was cut without a word is replaced, although nothing ever closed it', async t => {
  const redis = await privateRedis(t, 'tcp')
  const network = await networkTo(t, Number(new URL(redis.url).port))
  const { call } = await breakableService(t, { REDIS_URL: `redis://127.0.0.1:${network.port}` })
  const logIn = () => call('POST', '/login', { body: demo.alice })
  // Where many other tests begin at the same moment, the first one may be told to come again.
  let login = await logIn()
  for (let tries = 0; tries < 20 && login.status === 503; tries++) {
    await sleep(100)
    login = await logIn()
  }
  t.equal(login.status, 200)
  const { sessionId } = login.json
  const me = () => call('GET', '/me', { credential: String(sessionId) })
  t.equal((await me()).status, 200)

  network.cut()
  const cutAt = performance.now()
  const sinceCut = () => Math.round(performance.now() - cutAt)
  const answers = [await me()]
  let repeatedMs = 0
  const repeatUntil = async (status: number) => {
    while (answers.at(-1)?.status !== status && sinceCut() < 5000) {
      if (status === 503) repeatedMs = sinceCut()
      await sleep(5)
      answers.push(await me())
    }
    return sinceCut()
  }
  await repeatUntil(503)
  t.ok(repeatedMs < 700, `the last verdict was repeated ${repeatedMs} ms after the cut: as long as news is known to arrive, half a second`)
  const ms = await repeatUntil(200)
  t.ok(Math.max(...answers.map(answer => answer.ms)) < 1000, 'nobody waited for a second')
  t.ok(ms < 2000, `works again ${ms} ms after the cut`)
})

/** A network to a port of this machine, whose connections of the moment can be cut: their bytes get lost from then on. */
async function networkTo (t: Test, port: number) {
  const links = new Set<[Socket, Socket]>()
  const server = createServer(near => {
    const far = connect(port, '127.0.0.1')
    links.add([near, far])
    for (const [from, to] of [[near, far], [far, near]] as const) {
      from.on('data', bytes => to.write(bytes)).on('error', () => { /* the other end is gone */ }).on('close', () => to.destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const [near, far] of links) [near, far].forEach(socket => socket.destroy())
  })
  return {
    port: (server.address() as AddressInfo).port,
    cut () {
      for (const [near, far] of links) [near, far].forEach(socket => socket.removeAllListeners('data').on('data', () => { /* lost */ }))
    }
  }
}
