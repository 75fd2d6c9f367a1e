import t, { type Test } from 'tap'
import { randomKeyring, randomPrefix, redisUrl } from '../harness.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { logIn, me, runServer } from '../server-process.ts'
import { emptyDatabase } from '../users/database.ts'
import { privateAuthority, tlsInFrontOf, type TlsServer } from './tls.ts'

t.jobs = 3

t.test('a certificate of an authority of one’s own is good once NODE_EXTRA_CA_CERTS names it', async t => {
  const { authority, redis, postgres, env } = await behindTls(t)
  const server = runServer(t, { ...env, NODE_EXTRA_CA_CERTS: authority })
  const url = await server.url
  t.equal(await me(url, await logIn(url)), 200, server.stderr())
  t.ok(redis.bytes() > 0 && postgres.bytes() > 0, 'all of it through TLS')
})

t.test('without it nothing is said to either, and the start says which certificate it does not trust', async t => {
  const { redis, postgres, env } = await behindTls(t)
  const [noRedis, noPostgres] = [runServer(t, env), runServer(t, { ...env, REDIS_URL: redisUrl })]
  t.strictSame(await noRedis.exited, [1, null])
  t.match(noRedis.stderr(), /^Redis is not reachable \(.*certificate.*\)\. Check REDIS_URL/)
  t.strictSame(await noPostgres.exited, [1, null])
  t.match(noPostgres.stderr(), /^PostgreSQL is not reachable\. Check DATABASE_URL.*certificate/)
  t.strictSame([redis.bytes(), postgres.bytes()], [0, 0], 'no password left this process')
})

t.test('nor to a server that shows a good certificate of another name', async t => {
  const { authority, redis, postgres, env } = await behindTls(t, 'elsewhere.test')
  const trusting = { ...env, NODE_EXTRA_CA_CERTS: authority }
  const [noRedis, noPostgres] = [runServer(t, trusting), runServer(t, { ...trusting, REDIS_URL: redisUrl })]
  t.strictSame(await noRedis.exited, [1, null])
  t.match(noRedis.stderr(), /^Redis is not reachable \(.*altnames.*\)\. Check REDIS_URL/)
  t.strictSame(await noPostgres.exited, [1, null])
  t.match(noPostgres.stderr(), /^PostgreSQL is not reachable\. Check DATABASE_URL.*altnames/)
  t.strictSame([redis.bytes(), postgres.bytes()], [0, 0])
})

interface BehindTls {
  /** The file of the authority that vouches for both. */
  authority: string
  redis: TlsServer
  postgres: TlsServer
  /** What a service has to be told to use these two. */
  env: Record<string, string>
}

/** A Redis with a password and a PostgreSQL, both behind TLS with a certificate for `host`, and asked for as `localhost`. */
async function behindTls (t: Test, host = 'localhost'): Promise<BehindTls> {
  const authority = privateAuthority(t)
  const identity = authority.issue(host)
  const [server, database] = await Promise.all([privateRedis(t, 'unix', ['--requirepass', 'for-redis-alone']), emptyDatabase(t).then(text => new URL(text))])
  const redis = await tlsInFrontOf(t, server.url.replace('unix://', ''), identity)
  const postgres = await tlsInFrontOf(t, `${database.searchParams.get('host')}/.s.PGSQL.5432`, identity, { asked: true })
  return {
    authority: authority.file,
    redis,
    postgres,
    env: {
      REDIS_URL: `rediss://:for-redis-alone@localhost:${redis.port}`,
      DATABASE_URL: `postgres://${database.username}@localhost:${postgres.port}${database.pathname}?sslmode=verify-full`,
      SESSION_KEYS: randomKeyring(),
      KEY_PREFIX: randomPrefix(),
      DEMO_USERS: 'true'
    }
  }
}
