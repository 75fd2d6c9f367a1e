import Fastify from 'fastify'
import t, { type Test } from 'tap'
import turns from '../../../src/plugins/http/turns.ts'

/** A server that answers at once, and what happens there. */
async function watched (t: Test) {
  const app = Fastify()
  t.teardown(() => app.close())
  const events: string[] = []
  app.addHook('onRequest', async () => { events.push('come') })
  await app.register(turns)
  app.addHook('onSend', async () => { events.push('answered') })
  app.get('/', (_request, reply) => {
    events.push('handled')
    reply.send('x')
  })
  return {
    app,
    async together (count: number): Promise<string[]> {
      await Promise.all(Array.from({ length: count }, () => app.inject('/')))
      return events.splice(0)
    }
  }
}

t.test('requests that come together go through the service in step', async t => {
  const { together } = await watched(t)
  await together(3)
  t.strictSame(await together(3), ['come', 'come', 'come', 'handled', 'handled', 'handled', 'answered', 'answered', 'answered'])
})

t.test('who has nobody else in its turn is answered in it', async t => {
  const { app, together } = await watched(t)
  const events: string[] = []
  app.addHook('onRequest', (_request, _reply, done) => {
    setImmediate(() => events.push('turn over'))
    done()
  })
  app.addHook('onSend', async () => { events.push('answered') })
  await together(1)
  await new Promise(setImmediate)
  t.strictSame(events, ['answered', 'turn over'])
})
