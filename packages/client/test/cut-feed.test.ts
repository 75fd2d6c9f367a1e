/*
 * A consumer that has heard what ends sessions and hears nothing any more, while the rest of the service answers it: each a process of its own, a relay between them.
 */
import { once } from 'node:events'
import { createServer, request as ask, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { ask as get, startConsumer } from './consumer.ts'
import { startService, until } from './service.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Everything goes through, but for the feed once it is cut: then it is `broken`, and whoever comes again finds nobody, or `silent`: it stays open and says nothing. */
async function relayTo (t: Test, target: string) {
  const state = { feed: 'whole' as 'whole' | 'broken' | 'silent', heard: 0, asked: 0, missed: 0 }
  const feeds = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    const isFeed = String(request.url).startsWith('/v1/revocations')
    if (isFeed && state.feed !== 'whole') {
      state.missed++
      if (state.feed === 'broken') request.socket.destroy()
      return
    }
    if (!isFeed) state.asked++
    const upstream = ask(new URL(String(request.url), target), { method: request.method, headers: request.headers }, answer => {
      response.writeHead(Number(answer.statusCode), answer.headers)
      if (!isFeed) return answer.pipe(response)
      feeds.add(response)
      answer.on('data', chunk => {
        if (state.feed !== 'whole') return
        state.heard++
        response.write(chunk)
      })
    })
    upstream.on('error', () => response.destroy())
    response.on('close', () => upstream.destroy())
    request.pipe(upstream)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut (how: 'broken' | 'silent') {
      state.feed = how
      if (how === 'broken') for (const response of feeds) response.destroy()
    }
  }
}

for (const how of ['broken', 'silent'] as const) {
  t.test(`whose feed is ${how} refuses a session within a second after its end, and lets in who is still logged in`, async t => {
    const service = await startService(t)
    const key = await service.keyFor('shop', ['sessions:introspect'])
    const relay = await relayTo(t, service.url)
    const url = await startConsumer(t, [process.execPath, 'examples/consumers/fastify.mjs'], root, { SESSIONS_URL: relay.url, SESSIONS_KEY: key })
    const statusOf = async (session: string) => (await get(`${url}/orders`, { 'x-session-id': session })).status
    const [kept, ...sessions] = await Promise.all(Array.from({ length: 9 }, () => service.logIn())) as [string, ...string[]]

    const [first, ...others] = sessions
    for (const session of sessions) t.equal(await statusOf(session), 200)
    const heard = relay.state.heard
    await service.client.logout({ session: String(first) })
    await until(async () => await statusOf(String(first)) === 401)
    // A busy machine may have asked again before it was told.
    await until(async () => relay.state.heard > heard)

    relay.cut(how)
    const asked = relay.state.asked
    for (const session of others) {
      t.equal(await statusOf(session), 200)
      await service.client.logout({ session })
      const endedAt = performance.now()
      let acceptedAt = endedAt
      await until(async () => {
        const at = performance.now()
        const status = await statusOf(session)
        if (status === 200) acceptedAt = at
        return status === 401
      })
      const ms = acceptedAt - endedAt
      t.ok(ms < 1000, `nobody who came ${Math.round(ms)} ms after its end or later was let in`)
      t.equal(await statusOf(kept), 200)
    }
    t.ok(relay.state.asked > asked, 'it has asked')
    // Of a feed that is silent it notices after a while.
    await until(async () => relay.state.missed > 0)
    t.pass('and has tried in vain to hear')
  })
}
