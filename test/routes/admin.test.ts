import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { scopes } from '../../src/callers/scope.ts'
import { explain as explainSession } from '../../src/routes/admin/explain.ts'
import { tagOf } from '../../src/sessions/credential.ts'
import { createKeys } from '../../src/store/keys.ts'
import { build, buildAnother, demo, inspector, login } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { isInvalid, isProblem } from '../routes/problem.ts'
import { addService } from './service.ts'
import { addSigner } from './signer.ts'

t.test('an administrator sees how many sessions are live, created and ended ones at once', async t => {
  const { app } = await build(t)
  const admin = await login(app, 'admin')
  const count = async () => (await admin.call('GET', '/admin/stats')).json().activeSessions
  t.equal(await count(), 1)
  const logins = [await login(app), await login(app), await login(app, 'bob')]
  t.equal(await count(), 4)
  await logins[0]?.call('POST', '/logout')
  t.equal(await count(), 3)
  await logins[1]?.call('DELETE', '/sessions/all')
  t.equal(await count(), 2)
  t.strictSame((await admin.call('GET', '/admin/stats')).json(), { activeSessions: 2 })
})

t.test('what happens on another instance is counted within a second', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const admin = await login(app, 'admin')
  await login(other)
  await sleep(1000) // the promise is a second
  t.strictSame((await admin.call('GET', '/admin/stats')).json(), { activeSessions: 2 })
})

t.test('is for administrators', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const refused = await alice.call('GET', '/admin/stats')
  isProblem(t, refused, 403, 'forbidden')
  t.equal(refused.headers['www-authenticate'], undefined, 'another login would not help')
  isProblem(t, await app.inject('/admin/stats'), 401, 'no_session')
  isInvalid(t, await app.inject('/admin/stats?all=1'), ['querystring/all'])
})

t.test('is for services with the scope admin, too, and for no others', async t => {
  const { app } = await build(t)
  const [admin, alice] = [await login(app, 'admin'), await login(app)]
  const [monitor, signer] = [await addService(app, 'monitor', { scopes: ['admin'] }), await addSigner(app, 'signer', { scopes: ['admin'] })]
  const other = await addService(app, 'other', { scopes: scopes.filter(scope => scope !== 'admin') })
  for (const [url, answer] of [['/admin/stats', { activeSessions: 2 }], [`/admin/sessions/${alice.id}/explain`, { state: 'alive', userId: '1' }]] as const) {
    const told = await monitor.call('GET', url)
    t.equal(told.statusCode, 200, told.body)
    t.match(told.json(), answer)
    t.equal((await app.inject({ url, headers: { authorization: `Bearer ${signer.assertion()}` } })).statusCode, 200, 'who signs')
    const refused = await other.call('GET', url)
    isProblem(t, refused, 403, 'insufficient_scope')
    t.match(refused.json(), { scope: 'admin', detail: /scope admin/ })
    isProblem(t, await app.inject({ url, headers: { authorization: `Bearer ssk_0000000000000000_${'x'.repeat(43)}` } }), 401, 'invalid_service_key')
    isProblem(t, await app.inject({ url, headers: { authorization: 'Bearer eyJ' } }), 401, 'invalid_client_assertion')
    isProblem(t, await app.inject({ url, headers: { 'x-session-id': monitor.key } }), 401, 'no_service_key', 'a key is no session')
    isProblem(t, await monitor.call('GET', url, undefined, { 'x-session-id': admin.credential }), 400, 'credentials_disagree', 'both')
    isProblem(t, await app.inject(url), 401, 'no_session')
    t.equal((await admin.call('GET', url)).statusCode, 200)
  }
  for (const url of ['/admin/users', '/admin/callers']) isProblem(t, await monitor.call('GET', url), 401, 'invalid_session', 'accounts and keys are for people')
})

t.test('explains to an administrator why a session is valid, and moves nothing', async t => {
  const { app } = await build(t, { TOUCH_INTERVAL_MS: '0' })
  const [admin, alice] = [await login(app, 'admin'), await login(app)]
  const explain = async () => (await admin.call('GET', `/admin/sessions/${alice.id}/explain`)).json()
  const first = await explain()
  t.match(first, { freshness: { guarded: false }, boundTo: ['network', 'client'], flagged: false })
  t.ok(first.freshness.provenSecondsAgo >= 0 && first.freshness.provenSecondsAgo < 60)
  t.match(first, { sessionId: alice.id, state: 'alive', explanation: /^It is alive\. If it is not used it ends at \d+\.$/, userId: '1', times: { expiresBy: 'idle' }, credential: { generation: 1 } })
  t.strictSame(Object.keys(first).sort(), ['boundTo', 'checkedAt', 'credential', 'explanation', 'flagged', 'freshness', 'sessionId', 'state', 'times', 'userId'])
  const { checkedAt: _then, ...before } = first
  const { checkedAt: _now, ...after } = await explain()
  t.strictSame(after, before)
  await alice.call('POST', '/session/extend', { seconds: 31_536_000 })
  t.match(await explain(), { explanation: /^It is alive\. It ends at \d+ in any case\.$/, times: { expiresBy: 'absolute' } })

  const successor = (await alice.call('POST', '/session/rotate')).json().sessionId
  await app.inject({ url: '/me', headers: { 'x-session-id': successor } })
  const { credential } = await explain()
  t.equal(credential.generation, 2)
  t.equal(Number(credential.predecessorUntil) - Number(credential.firstUsedAt), 30_000)
})

t.test('explains that one was used from elsewhere, until the password is proven; then there is no credential before this one', async t => {
  const { app } = await build(t)
  const [admin, alice] = [await login(app, 'admin'), await login(app)]
  const explain = async (id: string) => (await admin.call('GET', `/admin/sessions/${id}/explain`)).json()
  await alice.call('GET', '/me', undefined, { 'user-agent': 'another/1.0' })
  t.match(await explain(alice.id), { flagged: true, explanation: /^It is alive, and was used from elsewhere since its password was last proven\. If/ })
  const { sessionId } = (await alice.call('POST', '/session/reauthenticate', { password: demo.alice.password })).json<{ sessionId: string }>()
  noteCredential(app, sessionId)
  const proven = await explain(sessionId.slice(0, 36))
  t.equal(proven.flagged, false)
  t.strictSame(proven.credential, { generation: 1 })
})

t.test('explains why one is not: by its tombstone, by an end of all, or unknown', async t => {
  const { app, config } = await build(t)
  const client = await inspector(t)
  const [admin, alice, kept] = [await login(app, 'admin'), await login(app), await login(app)]
  const explain = async (id: string) => (await admin.call('GET', `/admin/sessions/${id}/explain`)).json()
  await kept.call('DELETE', '/sessions/all?except=current')
  t.match(await explain(alice.id), { state: 'ended', explanation: /^It is not alive: ended_all at \d+\.$/, userId: '1', credential: { generation: 1 }, ended: { reason: 'ended_all', actor: kept.id, createdAt: /^\d+$/, lastAccessedAt: /^\d+$/ } })
  t.match(await explain(kept.id), { state: 'alive', notBefore: { at: /^\d+$/, kept: true } })
  t.strictSame(await explain('00000000-0000-4000-8000-000000000000'), { sessionId: '00000000-0000-4000-8000-000000000000', state: 'unknown', explanation: 'There is no session of this id, and nothing is left of one.' })

  const keys = createKeys(config.KEY_PREFIX)
  const bob = await login(app, 'bob')
  const cause = keys.notBefore(tagOf('2')).replace('before', 'before-cause')
  for (const actor of ['', bob.id]) {
    await client.hset(keys.notBefore(tagOf('2')), '2', Date.now())
    await client.hset(cause, '2', `disabled ${actor} `)
    for (const key of [keys.notBefore(tagOf('2')), cause]) await client.expire(key, 60)
    t.match(await explain(bob.id), { state: 'ended', times: { expiresBy: 'idle' }, notBefore: { kept: false }, ended: { reason: 'disabled', at: /^\d+$/, ...(actor !== '' && { actor }) } })
  }
  await bob.call('GET', '/me')
  t.match(await explain(bob.id), { ended: { reason: 'disabled', actor: bob.id } }, 'and so says what is left of it')
})

t.test('explains what is damaged, or only half known, with what there is', t => {
  t.strictSame(explainSession('x', { state: 'broken' }), { sessionId: 'x', state: 'ended', explanation: 'Its record is damaged. It opens nothing, and goes at its next use.', ended: { reason: 'broken' } })
  const ended = { id: 'x', endedAtMs: 1, reason: 'broken', lifetime: 'default', ipAddress: '', userAgent: '' }
  t.strictSame(explainSession('x', { state: 'ended', ended }), { sessionId: 'x', state: 'ended', explanation: 'It is not alive: broken at 1.', ended: { at: '1', reason: 'broken' } })
  t.end()
})

t.test('an explanation is for administrators', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  isProblem(t, await alice.call('GET', `/admin/sessions/${alice.id}/explain`), 403, 'forbidden')
  isProblem(t, await app.inject(`/admin/sessions/${alice.id}/explain`), 401, 'no_session')
  const admin = await login(app, 'admin')
  isInvalid(t, await admin.call('GET', `/admin/sessions/${alice.credential}/explain`), ['params/sessionId'])
  const { body } = await admin.call('GET', `/admin/sessions/${alice.id}/explain`)
  t.notMatch(body, alice.credential.split('.')[2], 'never what a credential is made of')
})
