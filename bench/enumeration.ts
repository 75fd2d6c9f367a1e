/**
 * `npm run bench:enumeration [-- --cost 6 --samples 1000 --seed n]`: can the time of a failed login tell whether the
 * account exists, is disabled, or has a cheaper hash? Can that of a refusal, or of an introspection,
 * tell why a session is dead, or that an id is somebody's?
 * The whole service answers; the kinds take turns in random order. Prints the area under the curve of each pair.
 * Exit code 1: an answer differs, or an area is outside 0.45 to 0.55.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import { startEmbedded } from '../src/embedded/index.ts'
import { compare } from './enumeration/comparison.ts'
import { deadSessions } from './enumeration/dead-sessions.ts'
import { failedLogins } from './enumeration/failed-logins.ts'
import { log } from './log.ts'
import { tableOf, type Row } from './report.ts'
import { seededRandom } from './shuffle.ts'

const { values } = parseArgs({
  options: { cost: { type: 'string', default: '6' }, samples: { type: 'string', default: '1000' }, seed: { type: 'string' } }
})
const cost = Number(values.cost)
const costs = { highest: cost, lower: Math.max(4, cost - 2) }
const seed = Number(values.seed ?? randomInt(2 ** 31))
const logins = Number(values.samples)
/** Of what is so quick there may be more: chance moves their areas less. */
const refusals = 5 * logins
const samplingOf = (samples: number) => ({ samples, warmUp: Math.min(50, samples), random: seededRandom(seed) })

const folder = mkdtempSync(join(tmpdir(), 'sessions-enumeration-'))
const servers = await startEmbedded({ dataDir: folder, redis: true, postgres: true, durable: false, log })
try {
  const config = loadConfig({
    BCRYPT_COST: String(cost), HASH_THREADS: '1', LOG_LEVEL: 'silent', DEMO_USERS: 'false', LOGIN_ACCOUNT_FAILURES: '1000000', LOGIN_ADDRESS_FAILURES: '1000000', LOGIN_GLOBAL_FAILURES: '0', INVALID_CREDENTIALS_PER_ADDRESS: '0', SESSION_KEYS: `bench:${randomBytes(32).toString('base64url')}`
  })
  const { redisUrl = '', databaseUrl = '' } = servers
  const { SESSION_KEYS = '' } = config
  const app = await buildApp({ ...config, REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, SESSION_KEYS })
  console.log(`${logins} failed logins of each kind, highest stored cost ${costs.highest}, lower ${costs.lower}; ${refusals} refusals of each kind; --seed ${seed}\n`)
  const rows: Row[] = await compare(app, await failedLogins(databaseUrl, costs), samplingOf(logins))
  const sampling = samplingOf(refusals)
  const { key: serviceKey } = await app.callers.create({ name: 'shop', scopes: ['sessions:introspect'], dataPrefix: '' })
  for (const comparison of await deadSessions({ redisUrl, sessionKeys: SESSION_KEYS, serviceKey, count: sampling.warmUp + sampling.samples })) {
    rows.push(...await compare(app, comparison, sampling))
  }
  await app.close()
  console.log(tableOf(rows))
  if (rows.some(({ met }) => met === false)) process.exitCode = 1
} finally {
  await servers.stop()
  rmSync(folder, { recursive: true, force: true })
}
