import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { createGuard, SessionServiceError, type Verdict, type Verifier } from '../src/index.ts'
import { sessions } from '../src/express.ts'

const verdict = (more: object = {}) => ({ active: true, sub: '1', sid: 'x', iat: 1, exp: 2, auth_time: Date.now() / 1000, roles: ['customer'], ...more }) as Verdict
const knowing = (found: ReturnType<Verifier['verify']>) => ({ verifier: { verify: () => found } })
const bearer = { authorization: 'Bearer x' }

async function codeOf (judgement: ReturnType<ReturnType<typeof createGuard>['judge']>): Promise<string> {
  const found = await judgement
  return 'refusal' in found ? found.refusal.problem.code : 'session'
}

t.test('a role and a fresh proof are asked for, if they are', async t => {
  const guard = createGuard(knowing(verdict({ auth_time: Date.now() / 1000 - 400 })))
  t.equal(await codeOf(guard.judge(bearer, { role: 'customer' })), 'session')
  t.equal(await codeOf(guard.judge(bearer, { role: 'admin' })), 'forbidden')
  t.equal(await codeOf(guard.judge(bearer, { fresh: 500 })), 'session')
  const stale = await guard.judge(bearer, { fresh: 300 })
  t.match(stale, { refusal: { status: 403, problem: { code: 'reauthentication_required', maxAge: 300 } } })
})

t.test('who has not logged in is let in where that is said', async t => {
  const guard = createGuard(knowing(verdict({ anonymous: true, roles: [] })))
  t.equal(await codeOf(guard.judge(bearer, {})), 'login_required')
  t.equal(await codeOf(guard.judge(bearer, { anonymous: true })), 'session')
  t.equal(await codeOf(guard.judge(bearer, { anonymous: true, role: 'admin' })), 'forbidden')
  const anonymous = createGuard(knowing(verdict({ anonymous: true, roles: [], auth_time: undefined })))
  t.equal(await codeOf(anonymous.judge(bearer, { anonymous: true, fresh: 300 })), 'login_required', 'nothing was ever proven')
  t.equal(await codeOf(createGuard(knowing(verdict())).judge(bearer, { anonymous: true })), 'session')
})

t.test('nobody is let in by what is no verdict', async t => {
  for (const found of [null, {}, { active: false }, true, 'yes']) t.equal(await codeOf(createGuard(knowing(found as never)).judge(bearer, {})), 'invalid_session')
  class Foreign implements PromiseLike<null> {
    then: Promise<null>['then'] = (...settle) => Promise.resolve(null).then(...settle)
  }
  t.equal(await codeOf(createGuard(knowing(new Foreign())).judge(bearer, {})), 'invalid_session', 'a promise of another library')
})

t.test('why it cannot be known is told to whoever listens', async t => {
  const told: unknown[] = []
  const error = new SessionServiceError('invalid_service_key', 401, 'There is no such key.', { retryAfterMs: 2500 })
  const guard = createGuard({ ...knowing(Promise.reject(error)), onError: reason => told.push(reason) })
  t.match(await guard.judge(bearer, {}), { refusal: { status: 503, headers: { 'retry-after': '3' }, problem: { code: 'store_unavailable' } } })
  t.strictSame(told, [error])
  t.equal(await codeOf(createGuard(knowing(Promise.reject(new Error('x')))).judge(bearer, {})), 'store_unavailable')
  t.throws(() => createGuard({ url: 'http://127.0.0.1:1' }), /key of this service is missing/)
})

t.test('a cookie counts if it is named, and only that one', async t => {
  const seen: string[] = []
  const verifier = { verify: (credential: string) => { seen.push(credential); return verdict() } }
  const guard = createGuard({ verifier, cookie: '__Host-session' })
  t.equal(await codeOf(guard.judge({ cookie: 'a=b; __Host-session=mine; __Host-session2=other' }, {})), 'session')
  t.equal(await codeOf(guard.judge({ cookie: 'x__Host-session=mine' }, {})), 'no_session')
  t.equal(await codeOf(guard.judge({ cookie: '__Host-session=mine; __Host-session=planted' }, {})), 'credentials_disagree')
  t.equal(await codeOf(guard.judge({ cookie: '__Host-session=mine', 'x-session-id': 'mine' }, {})), 'session')
  t.equal(await codeOf(guard.judge({ 'x-session-id': ['a', 'b'] }, {})), 'session', 'as one credential, which is worth nothing')
  t.equal(await codeOf(createGuard({ verifier }).judge({ cookie: '__Host-session=mine' }, {})), 'no_session')
  t.strictSame(seen, ['mine', 'mine', 'a, b'])
})

t.test('of a header that came twice Node keeps the first: both count', async t => {
  const guard = createGuard(knowing(verdict()))
  for (const [more, code] of [[[], 'session'], [['AUTHORIZATION', 'Bearer x'], 'session'], [['Authorization', 'Bearer y'], 'credentials_disagree'], [['x-other', 'authorization', 'Bearer y', 'z'], 'session'], [['authorization', 'Basic y'], 'session']] as const) {
    t.equal(await codeOf(guard.judge(bearer, {}, ['authorization', 'Bearer x', ...more])), code, more.join())
  }
})

t.test('a request that was answered meanwhile is left alone', async t => {
  let give: (found: null) => void = () => {}
  const { requireSession } = sessions(knowing(new Promise<null>(resolve => { give = resolve })))
  const response = Object.assign(new EventEmitter(), { headersSent: true, writeHead: () => t.fail('answered twice') }) as unknown as ServerResponse
  requireSession()({ headers: bearer } as never, response, () => t.fail('passed'))
  give(null)
  await new Promise(resolve => setTimeout(resolve, 10))
  t.pass('nothing happened')
})
