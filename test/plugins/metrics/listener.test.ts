import { EventEmitter, once } from 'node:events'
import t, { type Test } from 'tap'
import { createMetricsListener } from '../../../src/plugins/metrics/listener.ts'

const contentType = 'text/plain; version=0.0.4; charset=utf-8'

t.test('it answers GET /metrics and nothing else', async t => {
  const url = await listening(t, async () => 'a 1\n')
  const answer = await fetch(`${url}?anything`)
  t.equal(answer.status, 200)
  t.match(Object.fromEntries(answer.headers), { 'content-type': contentType, 'cache-control': 'no-store' })
  t.equal(await answer.text(), 'a 1\n')
  t.equal((await fetch(new URL('/', url))).status, 404)
  t.equal((await fetch(`${url}/more`)).status, 404)
  const post = await fetch(url, { method: 'POST', body: 'x' })
  t.equal(post.status, 405)
  t.equal(post.headers.get('allow'), 'GET')
})

t.test('figures that cannot be collected are a 500 without a reason; who runs it is told', async t => {
  const told: unknown[] = []
  const url = await listening(t, async () => { throw new Error('secret') }, error => told.push(error))
  const answer = await fetch(url)
  t.equal(answer.status, 500)
  t.equal(await answer.text(), '')
  t.match(told, [{ message: 'secret' }])
})

t.test('one that never listened can be closed', async () => {
  await createMetricsListener({ contentType, metrics: async () => '' }, { host: '127.0.0.1', port: 0, onError () {} }).close()
})

t.test('whoever still waits for an answer does not hold up a stop', async t => {
  const asked = new EventEmitter()
  const listener = createMetricsListener({ contentType, metrics: () => new Promise(() => asked.emit('scrape')) }, { host: '127.0.0.1', port: 0, onError () {} })
  const url = await listener.listen()
  const scraped = once(asked, 'scrape')
  const answer = fetch(url).then(() => 'an answer', () => 'cut off')
  await scraped
  await listener.close()
  t.equal(await answer, 'cut off')
  await t.rejects(fetch(url))
})

t.test('an address that is not ours is told as it is', async t => {
  const listener = createMetricsListener({ contentType, metrics: async () => '' }, { host: '203.0.113.1', port: 0, onError () {} })
  await t.rejects(listener.listen(), { code: 'EADDRNOTAVAIL' })
})

async function listening (t: Test, metrics: () => Promise<string>, onError: (error: unknown) => void = error => t.fail(String(error))): Promise<string> {
  const listener = createMetricsListener({ contentType, metrics }, { host: '127.0.0.1', port: 0, onError })
  t.teardown(() => listener.close())
  return listener.listen()
}
