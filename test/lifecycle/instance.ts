import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { childEnvironment } from '../child-environment.ts'
import { freePort } from '../faults/private-redis.ts'
import { demo, randomKeyring, randomPrefix, redisUrl } from '../harness.ts'
import { testDatabase } from '../users/database.ts'

const program = fileURLToPath(new URL('../../src/server.ts', import.meta.url))

export interface Instance {
  port: number
  url: string
  child: ChildProcess
  /** Everything that it has written, log lines included. */
  output: () => string
  exited: Promise<[code: number | null, signal: string | null]>
}

/** Starts instances of the service, each a process of its own, on the same Redis and PostgreSQL. */
export async function instances (t: Test, env: Record<string, string> = {}) {
  const shared = { REDIS_URL: redisUrl, DATABASE_URL: await testDatabase(t), SESSION_KEYS: randomKeyring(), KEY_PREFIX: randomPrefix(), DEMO_USERS: 'true', LOG_LEVEL: 'warn', ...env }

  /** Resolves when it serves; on the port of an earlier one if that is given. */
  return async function start (earlierPort?: number): Promise<Instance> {
    const port = earlierPort ?? await freePort()
    // By tsx alone: it starts several times faster than with the loaders of the test runner.
    const child = spawn(process.execPath, ['--import', 'tsx', program], {
      env: { ...childEnvironment, PORT: String(port), BCRYPT_COST: '4', HASH_THREADS: '1', ...shared }, stdio: ['ignore', 'pipe', 'pipe']
    })
    let written = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => { written += chunk })
    const exited = once(child, 'exit').then(([code, signal]): [number | null, string | null] => [code, signal])
    t.teardown(() => {
      child.kill('SIGKILL')
      return exited
    })
    await Promise.race([once(child.stdout, 'data'), exited.then(ended => { throw new Error(`ended before it served: ${ended} ${written}`) })])
    return { port, url: `http://127.0.0.1:${port}`, child, output: () => written, exited }
  }
}

/** A credential of alice. */
export async function logIn (url: string): Promise<string> {
  const response = await fetch(`${url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(demo.alice) })
  const { sessionId } = await response.json() as { sessionId: string }
  return sessionId
}
