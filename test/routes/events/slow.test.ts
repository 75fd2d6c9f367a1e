/*
 * A client that does not read what it is sent, beside one that does.
 */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { build, login } from '../../harness.ts'
import { listenOnUnix, socketOf, type Told } from './clients.ts'

/** How many keys one request changes, each an event of more than 1 KB: fewer than a log has. */
const KEYS = 60

const changesIn = (events: Told[]) => events.filter(({ type }) => type === 'data.changed').map(({ id }) => id)

async function stalled (t: Test) {
  const { app } = await build(t, { DATA_MAX_BYTES: '131072' })
  await listenOnUnix(t, app)
  const alice = await login(app)
  const connected = once(app.server, 'connection') as Promise<[Socket]>
  const slow = await socketOf(t, app, alice.credential)
  const [carrier] = await connected
  const witness = await socketOf(t, app, alice.credential)
  await Promise.all([slow, witness].map(({ next }) => next('ready')))
  slow.socket.pause()
  let rounds = 0
  const write = async (keys: number): Promise<void> => {
    const value = `${++rounds}`.padEnd(1000)
    await alice.call('PATCH', '/session/data', Object.fromEntries(Array.from({ length: keys }, (_, i) => [`k${i}`, value])))
    for (let i = 0; i < keys; i++) await witness.next('data.changed')
  }
  return {
    ...slow,
    /** The service's end of the connection. */
    carrier,
    write,
    isCut: () => app.events.hub.size() === 1,
    async goesOn (): Promise<void> {
      const again = await socketOf(t, app, alice.credential, { after: slow.all.at(-1)?.id })
      await write(1)
      while (changesIn(again.all).at(-1) !== changesIn(witness.all).at(-1)) await again.next('data.changed')
      t.equal(again.all[0]?.type, 'ready')
      t.strictSame(changesIn([...slow.all, ...again.all]), changesIn(witness.all), 'no gap, and nothing twice')
    }
  }
}

t.test('a client that reads on within half a second is told why it was cut off, has all until then and goes on where it was', async t => {
  const { socket, write, isCut, closed, goesOn } = await stalled(t)
  const resumed = (async () => {
    while (!isCut()) await sleep(2)
    socket.resume()
  })()
  while (!isCut()) await write(KEYS)
  await resumed
  t.strictSame(await closed, { code: 4413, reason: 'too slow' })
  await goesOn()
})

t.test('a client that stays slow is cut off without a word, so soon that it can go on where it was', async t => {
  const { socket, carrier, write, isCut, closed, goesOn } = await stalled(t)
  while (carrier.writableLength === 0) await write(KEYS)
  while (!isCut()) {
    await write(5)
    await sleep(100)
  }
  while (!carrier.destroyed) await sleep(5)
  socket.resume()
  t.equal((await closed).code, 1006)
  await goesOn()
})
