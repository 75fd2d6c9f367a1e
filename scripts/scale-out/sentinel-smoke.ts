import { randomBytes } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { until, type Node } from './node.ts'
import { startSentinels } from './sentinel.ts'

/**
 * The service on a Redis that it is told of by Sentinels: connects, serves, and writes to the master alone.
 * Resolves to a line for each thing that was looked at.
 */
export async function sentinelSmoke (folder: string, databaseUrl: string): Promise<Array<{ what: string, isGood: boolean }>> {
  const sentinels = await startSentinels(folder)
  const parts = { REDIS_URL: sentinels.url, DATABASE_URL: databaseUrl, SESSION_KEYS: `smoke:${randomBytes(32).toString('base64url')}` }
  const app = await buildApp({ ...loadConfig({ ...parts, DEMO_USERS: 'true', BCRYPT_COST: '4', HASH_THREADS: '1', LOG_LEVEL: 'silent' }), ...parts })
  const looked: Array<{ what: string, isGood: boolean }> = []
  try {
    const loggedIn = await app.inject({ method: 'POST', url: '/login', payload: { email: 'alice@example.com', password: 'password123' } })
    const { sessionId = '' } = loggedIn.json<{ sessionId?: string }>()
    const steps: Array<[expected: number, InjectOptions]> = [
      [200, { method: 'GET', url: '/readyz' }],
      [200, { method: 'GET', url: '/me' }],
      [200, { method: 'PUT', url: '/session/data', payload: { key: 'cart', value: 3 } }],
      [200, { method: 'GET', url: '/sessions' }],
      [200, { method: 'POST', url: '/logout' }],
      [401, { method: 'GET', url: '/me' }]
    ]
    looked.push({ what: 'POST /login answers 200', isGood: loggedIn.statusCode === 200 })
    for (const [expected, request] of steps) {
      const { statusCode } = await app.inject({ ...request, headers: { 'x-session-id': sessionId } })
      looked.push({ what: `${request.method} ${String(request.url)} answers ${expected}`, isGood: statusCode === expected })
    }
    const role = async (client: typeof app.redis) => /^role:(\w+)/m.exec(await client.info('replication'))?.[1]
    looked.push({ what: 'the service is connected to the master', isGood: await role(app.redis) === 'master' && app.redis.options.sentinels?.length === 3 })
    await app.close()
    looked.push({ what: 'a service that is closed asks the Sentinels no more', isGood: await nobodyListens(sentinels.watchers) })
  } finally {
    await app.close()
    await sentinels.stop()
  }
  return looked
}

/** Whoever watches for a failover subscribes to a Sentinel; the Sentinels among themselves do not. */
async function nobodyListens (sentinels: Node[]): Promise<boolean> {
  const listen = async ({ client }: Node) => /\bsub=[1-9]/.test(String(await client.call('CLIENT', 'LIST')))
  const isQuiet = async () => !(await Promise.all(sentinels.map(listen))).includes(true)
  return until('the end of all subscriptions', isQuiet, 3000).then(() => true, () => false)
}
