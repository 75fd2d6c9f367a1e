/*
 * examples/gateways/nginx.conf as it stands, but for its ports: nginx in front of a small application, and the service as a process of its own.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { demo } from '../harness.ts'
import { runServer } from '../server-process.ts'
import { startApplication, startNginx } from './nginx.ts'

t.test('nginx in front of an application that knows nothing of sessions', async t => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sessions-gateway-'))
  t.teardown(() => rmSync(dataDir, { recursive: true, force: true }))
  const service = runServer(t, { DATA_DIR: dataDir, TRUST_PROXY: '127.0.0.1/32', LOG_LEVEL: 'silent' })
  const serviceUrl = String(await service.url)
  const gateway = await startNginx(t, Number(new URL(serviceUrl).port), await startApplication(t))

  const logIn = async (who: keyof typeof demo, more: object = {}) => fetch(`${serviceUrl}/login`, {
    method: 'POST', headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }, body: JSON.stringify({ ...demo[who], ...more })
  })
  const credentialOf = async (who: keyof typeof demo) => String((await (await logIn(who)).json() as { sessionId: string }).sessionId)
  const pass = async (path: string, headers: Record<string, string>, method = 'GET') => {
    const response = await fetch(gateway + path, { method, headers })
    return { status: response.status, response, told: await response.json().catch(() => null) as IncomingHttpHeaders | null }
  }
  const [alice, admin] = [await credentialOf('alice'), await credentialOf('admin')]

  await t.test('who is logged in passes, and the application is told who it is, whatever the client says of itself', async t => {
    const { status, told } = await pass('/orders', { authorization: `Bearer ${alice}`, 'x-session-user': '3', 'x-session-roles': 'admin' })
    t.equal(status, 200)
    t.match(told, { 'x-session-user': '1', 'x-session-id': alice.slice(0, 36) })
    t.strictSame([told?.['x-session-roles'], told?.authorization], [undefined, undefined], 'neither a role that it has not, nor its credential')
    t.match((await pass('/orders', { 'x-session-id': alice })).told, { 'x-session-id': alice.slice(0, 36) }, 'the credential gave way to the public id')
    t.match((await pass('/orders', { 'x-session-id': alice }, 'POST')).status, 200)
  })

  await t.test('nothing that is no credential is taken from a request', async t => {
    const others = { authorization: 'Basic YWxpY2U6c2VjcmV0', cookie: 'theme=dark; sessions=2', 'x-device-id': 'till-7', accept: 'text/plain' }
    t.match((await pass('/orders', { ...others, 'x-session-id': alice })).told, others)
    const cookies: Array<[sent: string, told: string | undefined]> = [
      [`session=${alice}`, undefined],
      [`session=${alice}; theme=dark`, 'theme=dark'],
      [`theme=dark; session=${alice}; lang=de`, 'theme=dark; lang=de'],
      [`theme=dark; session=${alice}`, 'theme=dark;']
    ]
    for (const [sent, told] of cookies) t.equal((await pass('/orders', { cookie: sent })).told?.cookie, told, sent.replace(alice, '…'))
  })

  await t.test('who acts for the user gets the credential, wherever the client has put it, and nobody else does', async t => {
    const forged = `${alice.slice(0, -1)}${alice.endsWith('A') ? 'B' : 'A'}`
    const ways: Array<Record<string, string>> = [{ 'x-session-id': alice }, { authorization: `Bearer ${alice}` }, { cookie: `session=${alice}` }, { cookie: `theme=dark; session=${alice}; lang=de` }]
    for (const way of ways) {
      const sent = { ...way, 'x-session-credential': forged, 'x-session-user': '3' }
      const { told } = await pass('/checkout/pay', sent)
      t.match(told, { 'x-session-credential': alice, 'x-session-user': '1', 'x-session-id': alice.slice(0, 36) })
      t.strictSame([told?.authorization, told?.['x-session-roles'], String(told?.cookie).includes(alice)], [undefined, undefined, false])
      t.equal((await pass('/orders', sent)).told?.['x-session-credential'], undefined)
    }
    const others = { 'x-session-id': alice, cookie: `__Host-session2=${forged}; x-session=${forged}`, authorization: 'Basic YWxpY2U6c2VjcmV0' }
    t.match((await pass('/checkout/pay', others)).told, { 'x-session-credential': alice, cookie: others.cookie, authorization: others.authorization })
    t.equal((await pass('/checkout/pay', { 'x-session-credential': alice })).status, 401, 'which is none of these places')
    t.equal((await pass('/checkout/pay', { 'x-session-id': forged })).status, 401)
  })

  await t.test('who is not does not', async t => {
    const refused: Array<Record<string, string>> = [{}, { 'x-session-id': `${alice}x` }, { 'x-session-id': alice, authorization: `Bearer ${admin}` }]
    for (const headers of refused) {
      const { status, response } = await pass('/orders', headers)
      t.equal(status, 401)
      t.match(response.headers.get('www-authenticate'), /^Bearer realm="sessions"/)
    }
  })

  await t.test('a place for a role is for that role, however its path is spelled', async t => {
    for (const path of ['/admin/users', '/%61dmin/users', '//admin/users', '/orders/../admin/users']) {
      t.equal((await pass(path, { 'x-session-id': alice })).status, 403, path)
      t.match(await pass(path, { 'x-session-id': admin }), { status: 200, told: { 'x-session-user': '3', 'x-session-roles': 'admin' } }, path)
    }
    for (const path of ['/_session', '/_session/admin']) t.equal((await pass(path, { 'x-session-id': admin })).status, 404, `${path} cannot be asked from outside`)
  })

  await t.test('with the cookie, what changes something has to come from a page that may', async t => {
    const [cookie = ''] = String((await logIn('bob', { cookie: true })).headers.get('set-cookie')).split(';')
    t.match(await pass('/orders', { cookie }), { status: 200, told: { 'x-session-user': '2' } })
    t.equal((await pass('/orders', { cookie, 'sec-fetch-site': 'cross-site' }, 'POST')).status, 403)
    t.equal((await pass('/orders', { cookie, 'sec-fetch-site': 'same-origin' }, 'POST')).status, 200)
  })

  await t.test('an error of the application stays its own', async t => {
    t.equal((await pass('/broken', { 'x-session-id': alice })).status, 500)
  })

  await t.test('who logs out is stopped at once', async t => {
    t.equal((await pass('/orders', { 'x-session-id': alice })).status, 200)
    t.equal((await fetch(`${serviceUrl}/logout`, { method: 'POST', headers: { 'x-session-id': alice } })).status, 200)
    t.equal((await pass('/orders', { 'x-session-id': alice })).status, 401)
  })

  await t.test('while the service is frozen or gone nobody passes', async t => {
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
      service.child.kill(signal)
      const startedMs = performance.now()
      const { status, response } = await pass('/orders', { 'x-session-id': admin })
      t.strictSame([status, response.headers.get('retry-after')], [503, '2'], signal)
      t.ok(performance.now() - startedMs < 4000, 'and nobody hangs')
    }
  })
})
