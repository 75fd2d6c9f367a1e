import t from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Route } from './every-route.ts'
import { withFault } from './fault.ts'
import { privateRedis } from './private-redis.ts'
import { breakableService } from './service.ts'

const needsRedis = ({ name }: Route) => !['livez', 'jwks', 'metadata'].includes(name)

/** Services are known without Redis, and these write nothing; what has ended is told with how far that is behind. */
const mayAnswer = ({ name }: Route) => ['listUserSessions', 'showUserSession', 'getUserSessionData', 'revocations'].includes(name)

t.test('when Redis answers but refuses, every route that needs what it refuses says so, and nothing else does', async t => {
  const redis = await privateRedis(t, 'unix', ['--enable-debug-command', 'local'])
  const service = await breakableService(t, { REDIS_URL: redis.url })
  const set = (name: string, value: string) => redis.ask('CONFIG', 'SET', name, value)

  await t.test('a replica that takes no writes', t => withFault(t, service, {
    inject: () => redis.ask('REPLICAOF', '127.0.0.1', '1'),
    repair: () => redis.ask('REPLICAOF', 'NO', 'ONE'),
    isRefused: needsRedis,
    mayAnswer
  }))

  await t.test('a replica that has lost its master and does not show old data', t => withFault(t, service, {
    async inject () {
      await set('replica-serve-stale-data', 'no')
      await redis.ask('REPLICAOF', '127.0.0.1', '1')
    },
    repair: () => redis.ask('REPLICAOF', 'NO', 'ONE'),
    isRefused: needsRedis,
    mayAnswer
  }))

  await t.test('a master without the replicas that it is told to have', t => withFault(t, service, {
    inject: () => set('min-replicas-to-write', '1'),
    repair: () => set('min-replicas-to-write', '0'),
    isRefused: needsRedis,
    mayAnswer
  }))

  await t.test('full memory: everything works but what would need more of it', t => withFault(t, service, {
    inject: () => set('maxmemory', '1'),
    repair: () => set('maxmemory', '0'),
    isRefused: ({ name }) => ['login', 'issueEventTicket', 'openAnonymousSession', 'openUserSession', 'changeUserSession', 'putUserSessionData', 'changePassword', 'reauthenticate', 'extendSession', 'renameSession', 'putSessionData', 'patchSessionData', 'deleteSessionDataKey', 'putUserData', 'patchUserData', 'changeUserData', 'deleteUserDataKey', 'takeActive', 'takeLease'].includes(name)
  }))

  await t.test('somebody else’s script that does not end', async t => {
    await set('busy-reply-threshold', '10')
    await withFault(t, service, {
      async inject () {
        redis.ask('EVAL', 'while true do end', '0').catch(() => { /* killed below */ })
        await sleep(50) // until Redis calls itself busy
      },
      repair: () => redis.ask('SCRIPT', 'KILL'),
      isRefused: needsRedis
    })
  })

  await t.test('an account that lost its rights', t => withFault(t, service, {
    inject: () => redis.ask('ACL', 'SETUSER', 'default', '-evalsha', '-eval'),
    repair: () => redis.ask('ACL', 'SETUSER', 'default', '+evalsha', '+eval'),
    isRefused: needsRedis
  }))

  await t.test('loading its data after a restart', async t => {
    await redis.ask('DEBUG', 'POPULATE', '400', 'filler')
    await redis.ask('BGREWRITEAOF')
    const isRewriting = async () => /aof_rewrite_in_progress:1|aof_rewrite_scheduled:1/.test(String(await redis.ask('INFO', 'persistence')))
    while (await isRewriting()) await sleep(10) // the server's own time
    // About two seconds of LOADING, with a look at its clients after each kilobyte.
    const perKey = String(Math.round(2_000_000 / Number(await redis.ask('DBSIZE'))))
    await withFault(t, service, {
      async inject () {
        await redis.stop()
        await redis.start({ loading: true, more: ['--key-load-delay', perKey, '--loading-process-events-interval-bytes', '1024'] })
      },
      async repair () {
        while (!await redis.ask('PING').then(() => true, () => false)) await sleep(5)
      },
      isRefused: needsRedis
    })
  })
})
