import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import t from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { instances, logIn } from './instance.ts'

t.test('an instance that stops says so first, lets its clients go and finishes what runs', async t => {
  const start = await instances(t)
  const { port, url, child, exited } = await start()
  const credential = await logIn(url)
  const get = (path: string) => fetch(url + path, { headers: { 'x-session-id': credential } })

  t.equal((await get('/readyz')).status, 200)
  const kept = await get('/me')
  t.equal(kept.headers.get('connection'), 'keep-alive')
  const slow = slowRequest(port, credential)
  await sleep(50) // until its first half has arrived

  const others = clients(() => get('/me'))
  child.kill('SIGTERM')
  const notReady = await until(() => get('/readyz'), ({ status }) => status === 503)
  t.match(await notReady.json(), { code: 'shutting_down' })
  const me = await get('/me')
  t.equal(me.status, 200, 'requests are served as before')
  t.equal(me.headers.get('connection'), 'close', 'and told to come back on another connection')

  await others.leave()
  await until(() => get('/me').then(() => null, error => error), error => error?.cause?.code === 'ECONNREFUSED')
  t.equal(child.exitCode, null, 'it takes no connections any more, and still runs')
  const response = await slow.finish()
  t.equal(response.statusCode, 200, 'what had begun is done')
  t.equal(response.headers.connection, 'close')
  t.strictSame(await exited, [0, null])
})

t.test('a connection that was opened for later, as browsers do, does not hold the stop up', async t => {
  const start = await instances(t)
  const { port, child, exited } = await start()
  const unused = connect(port, '127.0.0.1')
  await once(unused, 'connect')
  const toldAt = performance.now()
  child.kill('SIGTERM')
  t.strictSame(await exited, [0, null])
  t.ok(performance.now() - toldAt < 3000)
})

t.test('what does not finish in time does not hold the stop up', async t => {
  const start = await instances(t, { SHUTDOWN_SECONDS: '1' })
  const { port, url, child, exited } = await start()
  const slow = slowRequest(port, await logIn(url))
  slow.finished.catch(() => { /* cut off, as it should be */ })
  await sleep(50) // until its first half has arrived
  const toldAt = performance.now()
  child.kill('SIGTERM')
  t.strictSame(await exited, [1, null])
  const ms = Math.round(performance.now() - toldAt)
  t.ok(ms > 900 && ms < 3000, `${ms} ms`)
})

/** A change whose body comes in two halves: it is running until `finish`. */
function slowRequest (port: number, credential: string) {
  const body = JSON.stringify({ key: 'slow', value: 'but sure' })
  const headers = { 'x-session-id': credential, 'content-type': 'application/json', 'content-length': body.length }
  const request = httpRequest({ agent: new Agent(), host: '127.0.0.1', port, method: 'PUT', path: '/session/data', headers })
  const finished = once(request, 'response').then(([response]): IncomingMessage => response.resume())
  request.write(body.slice(0, 10))
  return {
    finished,
    finish () {
      request.end(body.slice(10))
      return finished
    }
  }
}

/** Somebody who asks again and again, and so keeps the instance from thinking that everybody has left. */
function clients (ask: () => Promise<unknown>) {
  const leaving = new AbortController()
  const asking = (async () => {
    while (!leaving.signal.aborted) {
      await ask()
      await sleep(20)
    }
  })()
  return {
    leave () {
      leaving.abort()
      return asking
    }
  }
}

/** Asks until the answer is the one that is waited for. */
async function until<T> (ask: () => Promise<T>, isIt: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (isIt(answer)) return answer
    await sleep(10)
  }
}
