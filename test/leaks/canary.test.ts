import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t from 'tap'
import { loadConfig, showConfig } from '../../src/config.ts'
import { createUserDatabase } from '../../src/users/database.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { createUserRepository } from '../../src/users/repository.ts'
import { clientOf } from '../faults/client.ts'
import { privatePostgres } from '../faults/private-postgres.ts'
import { privateRedis, type PrivateRedis } from '../faults/private-redis.ts'
import { randomKeyring } from '../harness.ts'
import { instances } from '../lifecycle/instance.ts'
import { unlimitedLogins } from '../unlimited-logins.ts'
import { createVisitor, type Account, type Canaries } from './flows.ts'
import { leaksIn, secretOf, secretsOfKeyring, type Secret } from './secret.ts'

const canary = (name: string) => `canary-${name}-${randomBytes(8).toString('hex')}`

t.test('through every route, every kind of error and every fault, nothing secret is anywhere but where it belongs', async t => {
  const canaries: Canaries = {
    password: canary('pass"word'), wrongPassword: canary('wrong'), newPassword: canary('new'), value: canary('value'), body: canary('body'), query: canary('query'), cookie: canary('cookie'), header: canary('header'), deviceId: canary('device'), idempotencyKey: canary('idempotency')
  }
  const [redisPassword, postgresPassword, keyring] = [canary('redis'), canary('postgres'), randomKeyring()]
  const redis = await privateRedis(t, 'tcp', ['--requirepass', redisPassword, '--slowlog-log-slower-than', '0', '--slowlog-max-len', '100000'])
  const postgres = await privatePostgres(t)
  await requirePassword(postgres.url, postgresPassword)
  const env = {
    REDIS_URL: redis.url.replace('//', `//:${redisPassword}@`),
    DATABASE_URL: postgres.url.replace('//sessions@', `//sessions:${postgresPassword}@`),
    SESSION_KEYS: keyring,
    LOG_LEVEL: 'trace',
    ...unlimitedLogins
  }
  const start = await instances(t, env)
  const { port, url, output, child, exited } = await start()
  const carol = { email: 'carol@example.com', password: canaries.password }
  const root = { email: 'root@example.com', password: canary('admin') }
  await addAccount(env.DATABASE_URL, carol)
  await addAccount(env.DATABASE_URL, root, ['admin'])
  const visitor = createVisitor(clientOf(url), port, canaries)

  await visitor.everyRoute(carol)
  await visitor.everyRoute(root)
  await visitor.everyError(carol)
  await visitor.changePassword(root)
  for (const fault of redisFaults(redis, redisPassword)) {
    const during = Promise.all([visitor.everyRoute(carol), visitor.everyError(carol)])
    await fault()
    await during
    await sleep(700) // until the link is back
  }
  const sql = await everyRow(env.DATABASE_URL)
  await postgres.stop()
  await visitor.everyRoute(carol)
  child.kill('SIGTERM')
  await exited

  const ofValues = [secretOf('value', canaries.value)]
  const elsewhere = [
    ...Object.entries(canaries).filter(([name]) => name !== 'value').map(([name, text]) => secretOf(name, text)),
    ...visitor.secrets(), ...secretsOfKeyring('keyring', keyring),
    secretOf('password of the admin', root.password), secretOf('password of Redis', redisPassword), secretOf('password of PostgreSQL', postgresPassword)
  ]
  const all = [...ofValues, ...elsewhere]
  const stored = await redisContent(redis)
  const answers = visitor.heard.map(({ name, answer }) => `${name}\n${answer}`).join('\n')

  t.strictSame(leaksIn('log', output(), all), [], 'in what the process wrote')
  t.strictSame(leaksOf(visitor.heard, all), [], 'in answers')
  t.strictSame(leaksIn('Redis', stored, elsewhere), [], 'in Redis: its keys, its file and the log of its commands')
  t.strictSame(leaksIn('PostgreSQL', sql, all), [], 'in PostgreSQL')
  t.strictSame(leaksIn('configuration', showConfig(loadConfig(env)), all), [], 'in the configuration as it is shown')

  // What is looked at holds what it should: none of it is empty.
  t.ok(leaksIn('Redis', stored, ofValues).length > 0, 'values are in Redis')
  t.match(sql, carol.email)
  t.match(output(), /"msg":"redis connection"[^]*"msg":"redis does not answer"[^]*"msg":"redis answers again"[^]*"code":"users_unavailable"/, 'the faults were logged')
  t.match(output(), 'WRONGPASS')
  t.match(answers, '"Password changed"', 'the password was changed')
  t.match(answers, '["idempotency-replayed","true"]', 'a service was given a credential again')
  t.match(answers, '["set-cookie","__Host-session; Path=/', 'logins by cookie succeeded')
  const codes = ['login_failed', 'wrong_password', 'password_unchanged', 'password_too_common', 'validation_failed', 'malformed_json', 'malformed_etag', 'malformed_cursor', 'reserved_key', 'credentials_disagree', 'no_session', 'invalid_session',
    'forbidden', 'cross_site_request', 'route_not_found', 'method_not_allowed', 'version_conflict', 'body_too_large', 'data_limit_exceeded', 'unsupported_media_type', 'malformed_request', 'malformed_idempotency_key', 'idempotency_key_reused', 'headers_too_large',
    'store_unavailable', 'users_unavailable', 'not_ready']
  t.strictSame(codes.filter(code => !answers.includes(`"${code}"`)), [], 'every kind of error was heard')
})

function leaksOf (heard: Array<{ name: string, answer: string, allowed: Secret[] }>, secrets: Secret[]): string[] {
  return heard.flatMap(({ name, answer, allowed }) => leaksIn(name, answer, secrets.filter(secret => !allowed.some(each => each.name === secret.name))))
}

/** Each breaks Redis while somebody visits, and repairs it. */
function redisFaults (redis: PrivateRedis, password: string): Array<() => Promise<void>> {
  return [
    async function frozen () {
      redis.freeze()
      await sleep(1500)
      redis.thaw()
    },
    async function killed () {
      await redis.kill()
      await sleep(500)
      await redis.start()
    },
    async function readOnly () {
      await redis.ask('REPLICAOF', '127.0.0.1', '1')
      await sleep(300)
      await redis.ask('REPLICAOF', 'NO', 'ONE')
    },
    async function anotherPassword () {
      await redis.ask('ACL', 'SETUSER', 'operator', 'on', '>operator', '~*', '+@all')
      await redis.ask('CONFIG', 'SET', 'requirepass', 'another')
      await redis.askAs('operator', 'operator', 'CLIENT', 'KILL', 'USER', 'default')
      await sleep(700)
      await redis.askAs('operator', 'operator', 'CONFIG', 'SET', 'requirepass', password)
    }
  ]
}

/** Everything that Redis holds, as it is and as the commands that it was given. */
async function redisContent (redis: PrivateRedis): Promise<Buffer> {
  const keys = await redis.ask('KEYS', '*') as string[]
  const values = await Promise.all(keys.map(async key => [key, await redis.ask('DUMP', key), await redis.ask('EVAL', READ, 1, key)]))
  const commands = await redis.ask('SLOWLOG', 'GET', '-1')
  return Buffer.concat([Buffer.from(JSON.stringify([values, commands])), ...filesUnder(redis.folder)])
}

const READ = `local kind = redis.call('TYPE', KEYS[1]).ok
return kind == 'hash' and redis.call('HGETALL', KEYS[1]) or kind == 'zset' and redis.call('ZRANGE', KEYS[1], 0, -1) or kind == 'list' and redis.call('LRANGE', KEYS[1], 0, -1) or redis.call('GET', KEYS[1])`

function filesUnder (folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true }).map(name => join(folder, String(name))).filter(path => statSync(path).isFile()).map(path => readFileSync(path))
}

/** Lets nobody in without a password from now on. */
async function requirePassword (url: string, password: string): Promise<void> {
  await onDatabase(url.replace('//sessions@', '//postgres@'), async client => {
    await client.query(`ALTER ROLE sessions PASSWORD '${password}'`)
    const { rows: [{ hba_file: file }] } = await client.query('SHOW hba_file')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^(local +all +)all( +)trust$/m, '$1postgres$2trust\n$1sessions$2scram-sha-256'))
    await client.query('SELECT pg_reload_conf()')
  })
}

async function addAccount (url: string, { email, password }: Account, roles: string[] = []): Promise<void> {
  const database = createUserDatabase(url)
  await createUserRepository(database).add({ email, name: 'Somebody', roles, passwordHash: hashPassword({ password, cost: 4 }) })
  await database.close()
}

/** Every row of every table, as JSON. */
async function everyRow (url: string): Promise<string> {
  return onDatabase(url, async client => {
    const { rows: tables } = await client.query("SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
    const contents = await Promise.all(tables.map(({ name }) => client.query(`SELECT to_json(each) AS row FROM ${name} AS each`)))
    return contents.flatMap(({ rows }) => rows.map(({ row }) => JSON.stringify(row))).join('\n')
  })
}

async function onDatabase<Result> (connectionString: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
