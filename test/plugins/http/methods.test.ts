import { METHODS } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { build, login } from '../../harness.ts'
import { isProblem } from '../../routes/problem.ts'

/** The methods of every path; HEAD comes with GET. */
const paths: Record<string, string> = {
  '/login': 'POST',
  '/logout': 'POST',
  '/me': 'GET, HEAD',
  '/session': 'GET, HEAD',
  '/session/data': 'GET, HEAD, PATCH, PUT',
  '/session/data/key': 'DELETE, GET, HEAD',
  [`/session/data/${'k'.repeat(200)}`]: 'DELETE, GET, HEAD',
  '/verify/x': 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
  '/sessions': 'GET, HEAD',
  // It could be a session's id as well, and is refused as one.
  '/sessions/all': 'DELETE, PATCH',
  '/sessions/3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b': 'DELETE, PATCH',
  '/admin/stats': 'GET, HEAD',
  '/livez': 'GET, HEAD',
  '/readyz': 'GET, HEAD',
  '/openapi.json': 'GET, HEAD',
  '/asyncapi.json': 'GET, HEAD',
  '/docs': 'GET, HEAD'
}

t.test('a path that exists answers every other method with 405 and what it allows', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  for (const [url, allow] of Object.entries(paths)) {
    for (const method of METHODS.filter(name => name !== 'CONNECT' && !allow.split(', ').includes(name))) {
      const response = await app.inject({ method: method as InjectOptions['method'], url, headers: { 'x-session-id': alice.credential } })
      if (response.statusCode !== 405 || response.headers.allow !== allow) t.fail(`${method} ${url}: ${response.statusCode}, Allow: ${response.headers.allow}`)
    }
    const response = await app.inject({ method: 'TRACE', url })
    isProblem(t, response, 405, 'method_not_allowed', url)
    t.equal(response.headers.allow, allow)
    // Nothing of this waits for a socket, and who stands still for a second does not know who is logged in.
    await sleep(5)
  }
  isProblem(t, await alice.call('PATCH', '/sessions/all', { deviceName: 'TV' }), 400, 'validation_failed')
  t.equal((await alice.call('GET', '/me')).statusCode, 200, 'nothing ended the session')
})

t.test('a wrong method is refused before its body is read or its session is looked at', async t => {
  const { app } = await build(t)
  isProblem(t, await app.inject({ method: 'POST', url: '/me', payload: '{broken', headers: { 'content-type': 'application/json' } }), 405, 'method_not_allowed')
  isProblem(t, await app.inject({ method: 'PUT', url: '/login?x=1', payload: 'text', headers: { 'content-type': 'text/plain', 'x-session-id': 'x' } }), 405, 'method_not_allowed')
})
