import pg from 'pg'
import t from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from '../../src/app.ts'
import { privatePostgres } from '../faults/private-postgres.ts'
import { build, demo, login, redisUrl, testConfig } from '../harness.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { emptyDatabase } from '../users/database.ts'
import { unlimitedLogins } from '../unlimited-logins.ts'

t.test('on an empty database the tables are made, and the demo accounts where they are wanted, at their own cost', async t => {
  const DATABASE_URL = await emptyDatabase(t)
  const app = await buildApp(await testConfig(t, { DATABASE_URL, DEMO_USERS: 'true', BCRYPT_COST: '', HASH_THREADS: '', LOG_LEVEL: 'silent' }))
  t.teardown(() => app.close())
  t.equal((await app.inject({ method: 'POST', url: '/login', payload: demo.alice })).statusCode, 200)
  t.strictSame(await column(DATABASE_URL, 'SELECT DISTINCT password_cost FROM users'), [10])
})

t.test('a login brings the hash of its account to the configured cost', async t => {
  const { app, config } = await build(t, { BCRYPT_COST: '5' })
  const cost = async () => (await column(config.DATABASE_URL, 'SELECT password_cost FROM users WHERE id = 1'))[0]
  t.equal(await cost(), 4)
  await login(app)
  while (await cost() !== 5) await sleep(5)
  await login(app)
})

t.test('demo accounts keep their own cost', async t => {
  const { app, config } = await build(t, { BCRYPT_COST: '' })
  const hash = hashPassword({ password: demo.alice.password, cost: 10 })
  await column(config.DATABASE_URL, `UPDATE users SET password_hash = '${hash}' WHERE id = 1`)
  await login(app)
  await login(app) // a hash of the first would have come before the second
  t.strictSame(await column(config.DATABASE_URL, 'SELECT password_hash FROM users WHERE id = 1'), [hash])
})

t.test('a hash that cannot be brought to the configured cost is told to whoever debugs, and the login succeeds', async t => {
  const { app, config, logs } = await build(t, { BCRYPT_COST: '5', LOG_LEVEL: 'debug' })
  await column(config.DATABASE_URL, 'ALTER TABLE users ADD CHECK (password_cost = 4) NOT VALID')
  await login(app)
  while (!logs.some(line => line.includes('hash upgrade'))) await sleep(5)
  t.strictSame(await column(config.DATABASE_URL, 'SELECT password_cost FROM users WHERE id = 1'), [4])
})

t.test('without the wish there are none', async t => {
  const DATABASE_URL = await emptyDatabase(t)
  const app = await buildApp(await testConfig(t, { DATABASE_URL, DEMO_USERS: 'false', LOG_LEVEL: 'silent' }))
  t.teardown(() => app.close())
  t.strictSame(await column(DATABASE_URL, 'SELECT id FROM users'), [])
  t.equal((await app.inject({ method: 'POST', url: '/login', payload: demo.alice })).statusCode, 401)
})

t.test('without the wish a database where they are left is refused', async t => {
  const config = await testConfig(t, { DEMO_USERS: 'false', LOG_LEVEL: 'silent' })
  await t.rejects(buildApp(config), { message: /^Demo accounts can log in .*alice@example\.com/ })
})

t.test('logins wait no longer than a stop takes, and those that come while it stops less still', async t => {
  const config = await testConfig(t, { SHUTDOWN_SECONDS: '2', LOG_LEVEL: 'silent', ...unlimitedLogins })
  await column(config.DATABASE_URL, `UPDATE users SET password_hash = '${hashPassword({ password: 'x', cost: 9 })}' WHERE id = 1`)
  const app = await buildApp(config)
  t.teardown(() => app.close())
  const answers = () => Promise.all(Array.from({ length: 100 }, async () => {
    const askedAtMs = performance.now()
    const { statusCode } = await app.inject({ method: 'POST', url: '/login', payload: demo.alice })
    return { statusCode, tookMs: performance.now() - askedAtMs }
  }))
  await app.inject({ method: 'POST', url: '/login', payload: demo.alice }) // the thread runs
  const before = await answers()
  app.draining.start()
  const during = await answers()
  // Those who wait too long are told so when the hash that runs is done, however long that takes on this machine.
  const shortestWaitMs = (all: typeof before) => Math.min(...all.flatMap(({ statusCode, tookMs }) => statusCode === 503 ? [tookMs] : []))
  t.ok(shortestWaitMs(before) >= 1199, `${shortestWaitMs(before)} ms`)
  t.ok(shortestWaitMs(during) >= 399 && shortestWaitMs(during) < shortestWaitMs(before), `${shortestWaitMs(during)} ms`)
  for (const all of [before, during]) t.strictSame([...new Set(all.map(({ statusCode }) => statusCode))].sort(), [401, 503])
})

t.test('a database in which something else lies is left alone, and the start says what is wrong', async t => {
  const DATABASE_URL = await emptyDatabase(t)
  await column(DATABASE_URL, 'CREATE TABLE users (theirs int)')
  await t.rejects(testConfig(t, { DATABASE_URL, LOG_LEVEL: 'silent' }).then(config => buildApp(config)), { code: '42P07', message: /"users" already exists/ })
  t.strictSame(await column(DATABASE_URL, 'SELECT theirs FROM users'), [])
})

t.test('connections that break while nobody uses them are told to whoever debugs, and to nobody else', async t => {
  const postgres = await privatePostgres(t)
  const logs: string[] = []
  const config = await testConfig(t, { REDIS_URL: redisUrl, DATABASE_URL: postgres.url, LOG_LEVEL: 'debug' })
  const app = await buildApp(config, { logStream: { write: (line: string) => logs.push(line) > 0 } })
  t.teardown(() => app.close())
  t.equal((await app.inject('/readyz')).statusCode, 200)
  await postgres.stop()
  while (!logs.some(line => line.includes('postgres connection'))) await sleep(20)
  t.match(JSON.parse(logs.find(line => line.includes('postgres connection')) ?? ''), { level: 20, err: { code: '57P01' } })
})

t.test('a PostgreSQL that stops to answer and one that answers again are told once each', async t => {
  const postgres = await privatePostgres(t)
  const logs: string[] = []
  const config = await testConfig(t, { REDIS_URL: redisUrl, DATABASE_URL: postgres.url })
  const app = await buildApp(config, { logStream: { write: (line: string) => logs.push(line) > 0 } })
  t.teardown(() => app.close())
  const told = () => logs.map(line => JSON.parse(line)).filter(({ msg }) => msg.startsWith('postgres ')).map(({ level, msg }) => `${level} ${msg}`)
  const logIn = async () => (await app.inject({ method: 'POST', url: '/login', payload: demo.alice })).statusCode
  await postgres.stop()
  for (let i = 0; i < 3; i++) t.equal(await logIn(), 503)
  t.strictSame(told(), ['50 postgres does not answer'])
  await postgres.start()
  while (await logIn() === 503) await sleep(20)
  t.strictSame(told(), ['50 postgres does not answer', '30 postgres answers again'])
})

/** The first column of what a statement answers. */
async function column (connectionString: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const { rows } = await client.query({ text: statement, rowMode: 'array' })
  await client.end()
  return rows.map(([first]) => first)
}
