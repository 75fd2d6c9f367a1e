import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { Admission } from '../../src/users/passwords/turns.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { build, buildAnother, demo, inspector } from '../harness.ts'
import { isProblem } from '../routes/problem.ts'
import { snapshots } from '../store/snapshot.ts'

const wrong = { ...demo.alice, password: 'wrong' }

function attempt (app: FastifyInstance, payload: { email: string, password: string } = wrong, remoteAddress = '203.0.113.7', headers: Record<string, string> = {}) {
  return app.inject({ method: 'POST', url: '/login', payload, remoteAddress, headers: { 'x-request-id': 'same', ...headers } })
}

async function statusesOf (count: number, next: (i: number) => ReturnType<typeof attempt>): Promise<number[]> {
  const statuses: number[] = []
  for (let i = 0; i < count; i++) statuses.push((await next(i)).statusCode)
  return statuses
}

/** The same, all at once. */
async function statusesAtOnce (count: number, next: (i: number) => ReturnType<typeof attempt>): Promise<number[]> {
  return (await Promise.all(Array.from({ length: count }, (_, i) => next(i)))).map(({ statusCode }) => statusCode)
}

/** Until its threads have begun, which takes long on a busy machine; from elsewhere, and to another account, than what follows counts. */
async function warmUp (...apps: FastifyInstance[]): Promise<void> {
  for (const app of apps) while ((await attempt(app, demo.admin, '198.51.100.9')).statusCode !== 200);
}

const times = (count: number, status: number) => Array<number>(count).fill(status)

t.test('after ten failures an account has to wait, whether it exists or not, and whatever the password', async t => {
  const { app } = await build(t)
  const unknown = { email: 'nobody@example.com', password: 'wrong' }
  t.strictSame(await statusesOf(10, () => attempt(app, wrong)), times(10, 401))
  const known = await attempt(app, wrong)
  isProblem(t, known, 429, 'too_many_attempts')
  t.match(known.headers, { 'retry-after': '1', 'ratelimit-policy': '"account";q=10;w=86400', ratelimit: '"account";r=0;t=1' })
  t.equal((await attempt(app, { ...demo.alice, email: 'ALICE@example.com' })).body, known.body, 'the right password, and any spelling of the email')

  t.strictSame(await statusesOf(10, () => attempt(app, unknown)), times(10, 401))
  const other = await attempt(app, unknown)
  t.equal(other.statusCode, 429)
  t.equal(other.body, known.body, 'one body')
  const comparable = ({ headers: { date, ...headers } }: typeof other) => headers
  t.strictSame(comparable(other), comparable(known), 'the same headers')
  t.equal((await attempt(app, demo.bob)).statusCode, 200, 'others do not wait')
})

/** A check of a password that asks to be let in, and must not be. */
function checking (asks: keyof Admission): FastifyInstance['users']['authenticate'] {
  return async (_email, _password, admission) => {
    await admission?.[asks]()
    throw new Error('it was checked')
  }
}

t.test('who has to wait is not let in, neither to a thread nor to a place where others wait for one', async t => {
  const { app } = await build(t, { LOGIN_ACCOUNT_FAILURES: '1' })
  t.equal((await attempt(app)).statusCode, 401)
  for (const asks of ['beforeWait', 'beforeWork'] as const) {
    app.users.authenticate = checking(asks)
    t.equal((await attempt(app)).statusCode, 429, asks)
  }
})

t.test('each further failure doubles the wait', async t => {
  const { app, config } = await build(t, { LOGIN_ACCOUNT_FAILURES: '2', LOGIN_ACCOUNT_WAIT_SECONDS: '5', LOGIN_ADDRESS_FAILURES: '1000' })
  const redis = await inspector(t)
  await attempt(app)
  const waits: unknown[] = []
  for (let i = 0; i < 5; i++) {
    t.equal((await attempt(app)).statusCode, 401)
    waits.push((await attempt(app)).headers['retry-after'])
    const [key = ''] = await redis.keys(`${config.KEY_PREFIX}login-failures:account:*`)
    await redis.hset(key, 'b', 1) // the wait is over
  }
  t.strictSame(waits, ['1', '2', '4', '5', '5'])
  t.equal((await attempt(app, demo.alice)).statusCode, 200)
})

t.test('only failures count: a login that succeeds, or that the service could not check, leaves no trace', async t => {
  const { app, config } = await build(t, { LOGIN_ACCOUNT_FAILURES: '2', HASH_QUEUE_LIMIT: '1' })
  const counters = async () => (await snapshots(await inspector(t), config.KEY_PREFIX)).filter(({ keys }) => keys.some(({ key }) => key.includes('login-failures')))
  t.strictSame(await statusesOf(5, () => attempt(app, demo.alice)), times(5, 200))
  t.strictSame(await counters(), [], 'nothing is left')
  await Promise.all(Array.from({ length: 12 }, () => attempt(app, demo.alice)))
  t.strictSame(await counters(), [], 'nor of those who were told to come again')
  t.equal((await attempt(app)).statusCode, 401)
  t.strictSame(await statusesOf(3, () => attempt(app, demo.alice)), times(3, 200), 'with one failure left')
  t.strictSame(await statusesOf(2, () => attempt(app)), [401, 429])
})

t.test('many right logins of one account at once are no guesses, however many are checked at once', async t => {
  for (const HASH_THREADS of ['1', '16']) {
    const { app } = await build(t, { HASH_THREADS })
    await warmUp(app)
    t.strictSame(await statusesAtOnce(60, () => attempt(app, demo.alice)), times(60, 200), `${HASH_THREADS} threads`)
  }
})

t.test('with one failure left, right logins of many people behind one address take turns, over two instances', async t => {
  const { app, config } = await build(t, { HASH_THREADS: '3', LOGIN_ADDRESS_FAILURES: '3' })
  const another = await buildAnother(t, config)
  await warmUp(app, another)
  t.strictSame(await statusesOf(2, i => attempt(app, { email: `user${i}@example.com`, password: 'x' })), times(2, 401))
  const people = [demo.alice, demo.bob]
  t.strictSame(await statusesAtOnce(16, i => attempt(i % 2 === 0 ? app : another, people[i % 4 >> 1])), times(16, 200))
  t.equal((await attempt(another)).statusCode, 401)
  t.equal((await attempt(app)).statusCode, 429)
})

t.test('after the wait that failures brought, right logins at once get in one after the other; a wrong one makes those behind it wait', async t => {
  const { app, config } = await build(t, { HASH_THREADS: '3', LOGIN_ACCOUNT_FAILURES: '1' })
  await warmUp(app)
  const redis = await inspector(t)
  t.equal((await attempt(app)).statusCode, 401)
  const [key = ''] = await redis.keys(`${config.KEY_PREFIX}login-failures:account:*`)
  const endWait = () => redis.hset(key, 'b', 1)
  await endWait()
  t.strictSame(await statusesAtOnce(8, () => attempt(app, demo.alice)), times(8, 200))
  await endWait()
  const statuses = await statusesAtOnce(8, () => attempt(app))
  t.strictSame(statuses.sort(), [401, ...times(7, 429)], 'one guess after each wait')
})

t.test('what a dead instance was checking holds nobody up for ever, and the others wait no longer than a login may', async t => {
  const { app, config } = await build(t, { LOGIN_ACCOUNT_FAILURES: '1', SHUTDOWN_SECONDS: '1' })
  const redis = await inspector(t)
  t.equal((await attempt(app)).statusCode, 401)
  const [key = ''] = await redis.keys(`${config.KEY_PREFIX}login-failures:account:*`)
  await redis.hset(key, 'n', 0, 'b', 1, `p${Math.ceil((Date.now() + 30_000) / 10_000)}`, 1)
  const refused = await attempt(app, demo.alice)
  isProblem(t, refused, 503, 'login_busy')
  t.match(refused.headers['retry-after'], /^[1-9]\d*$/)
  t.equal((await attempt(app, demo.bob)).statusCode, 200, 'nobody else waits')
})

t.test('failures from one address count together, whatever the account and whatever the client says of itself', async t => {
  const { app } = await build(t, { LOGIN_ADDRESS_FAILURES: '5' })
  const from = (address: string) => (i: number) => attempt(app, { email: `user${i}@example.com`, password: 'x' }, address, { 'x-forwarded-for': `198.51.100.${i}` })
  t.strictSame(await statusesOf(6, from('203.0.113.7')), [...times(5, 401), 429])
  const refused = await attempt(app, demo.alice, '::ffff:203.0.113.7')
  isProblem(t, refused, 429, 'too_many_attempts')
  t.match(refused.headers, { 'retry-after': /^(600|59\d)$/, 'ratelimit-policy': '"address";q=5;w=600', ratelimit: /^"address";r=0;t=\d+$/ })
  t.equal((await attempt(app, demo.alice, '203.0.113.8')).statusCode, 200, 'its neighbour does not wait')
  t.strictSame(await statusesOf(6, i => from(`2001:db8:1:2::${i + 1}`)(i)), [...times(5, 401), 429], 'a /64 is one address')
  t.equal((await attempt(app, demo.alice, '2001:db8:1:3::1')).statusCode, 200)
})

t.test('all failures count together, unless that is switched off', async t => {
  const payload = (i: number) => ({ email: `user${i}@example.com`, password: 'x' })
  const { app } = await build(t, { LOGIN_GLOBAL_FAILURES: '5' })
  t.strictSame(await statusesOf(6, i => attempt(app, payload(i), `203.0.113.${i}`)), [...times(5, 401), 429])
  t.match((await attempt(app, demo.alice, '198.51.100.1')).headers, { 'ratelimit-policy': '"global";q=5;w=600' })
  const off = await build(t, { LOGIN_GLOBAL_FAILURES: '0' })
  t.equal((await attempt(off.app, payload(1))).statusCode, 401)
  t.strictSame(await (await inspector(t)).keys(`${off.config.KEY_PREFIX}login-failures:global:*`), [])
})

t.test('what is stored names nobody', async t => {
  const { app, config } = await build(t)
  await attempt(app, { email: 'secret.admirer@example.com', password: 'x' }, '203.0.113.77')
  const stored = JSON.stringify(await snapshots(await inspector(t), config.KEY_PREFIX))
  t.match(stored, /login-failures:account:/)
  t.notMatch(stored, /admirer|203\.0\.113/)
})

t.test('a store that cannot count lets nobody in and is no defect', async t => {
  const redis = await privateRedis(t)
  const { app } = await build(t, { REDIS_URL: redis.url })
  await redis.ask('CONFIG', 'SET', 'maxmemory', '1')
  isProblem(t, await attempt(app), 503, 'store_unavailable')
  isProblem(t, await attempt(app, demo.alice), 503, 'store_unavailable')
  await redis.ask('CONFIG', 'SET', 'maxmemory', '0')
  app.redis.disconnect()
  for (const asks of ['beforeWait', 'beforeWork'] as const) {
    app.users.authenticate = checking(asks)
    isProblem(t, await attempt(app), 503, 'store_unavailable')
  }
  app.redis.connect().catch(() => {})
})
