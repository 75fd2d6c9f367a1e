import type { FastifyInstance } from 'fastify'
import type { ServiceConfig } from '../../src/config.ts'
import { createClient, waitUntilReady } from '../../src/store/connect.ts'
import { demoUsers } from '../../src/users/demo.ts'
import { snapshots } from '../store/snapshot.ts'
import { leaksIn, secretOf, secretsOfCredential, secretsOfKeyring, type Secret } from './secret.ts'

/** Enough to notice a leak; some tests log in thousands of times. */
const MOST_CREDENTIALS = 20

const issued = new WeakMap<FastifyInstance, string[]>()

/** Remembers a credential that a test was given, so that it is looked for at the end. */
export function noteCredential (app: FastifyInstance, credential: string): void {
  issued.set(app, [...issued.get(app) ?? [], credential].slice(-MOST_CREDENTIALS))
}

/**
 * Looks for the secrets of a test in its log lines and in what it left in Redis.
 * @throws Error that lists what was found
 */
export async function assertNothingLeaked (app: FastifyInstance, config: ServiceConfig, logs: string[]): Promise<void> {
  const secrets = [
    ...secretsOfKeyring('keyring', config.SESSION_KEYS),
    ...demoUsers.map(({ email, password }) => secretOf(`password of ${email}`, password)),
    ...(issued.get(app) ?? []).flatMap(secretsIn)
  ]
  const found = [...leaksIn('log', logs.join(''), secrets), ...leaksIn('Redis', await namespaceOf(config), secrets)]
  if (found.length > 0) throw new Error(`${found.length} secrets are where they do not belong:\n  ${found.join('\n  ')}`)
}

/** Of a service key all but its id is secret. */
function secretsIn (credential: string): Secret[] {
  if (credential.startsWith('ssk_')) return [secretOf(`key ${credential.slice(4, 20)}`, credential.slice(21))]
  return secretsOfCredential(`credential ${credential.slice(0, 36)}`, credential)
}

async function namespaceOf (config: ServiceConfig): Promise<string> {
  const client = createClient(config.REDIS_URL, 5000)
  client.on('error', () => { /* told by waitUntilReady and by the commands */ })
  await waitUntilReady(client)
  try {
    return JSON.stringify(await snapshots(client, config.KEY_PREFIX))
  } finally {
    client.disconnect()
  }
}
