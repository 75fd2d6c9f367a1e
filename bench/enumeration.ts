/**
 * `npm run bench:enumeration [-- --cost 6 --samples 1000 --seed n]`: can the time of a failed login tell whether the
 * account exists, is disabled, or has a cheaper hash? The whole service answers; the kinds take turns in random order.
 * Prints the area under the curve of each pair. Exit code 1: an answer differs, or an area is outside 0.45 to 0.55.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import { startEmbedded } from '../src/embedded/index.ts'
import { createUserDatabase } from '../src/users/database.ts'
import { hashPassword } from '../src/users/passwords/scheme.ts'
import { createUserRepository } from '../src/users/repository.ts'
import { areaUnderCurve, standardError } from './auc.ts'
import { log } from './log.ts'
import { insist, tableOf, type Row } from './report.ts'
import { seededRandom, shuffled } from './shuffle.ts'
import { percentile } from './statistics.ts'

const { values } = parseArgs({
  options: { cost: { type: 'string', default: '6' }, samples: { type: 'string', default: '1000' }, seed: { type: 'string' } }
})
const cost = Number(values.cost)
const lowerCost = Math.max(4, cost - 2)
const samples = Number(values.samples)
const seed = Number(values.seed ?? randomInt(2 ** 31))

const WARM_UP = Math.min(50, samples)
/** Who fails to log in, and why. Emails of one length; the disabled one has the right password. */
const kinds = {
  unknown: 'nobody00@example.com',
  wrong: 'wrong000@example.com',
  disabled: 'disabled@example.com',
  'lower cost': 'lower000@example.com'
}
type Kind = keyof typeof kinds
const kindNames = Object.keys(kinds) as Kind[]
const PASSWORD = 'correct horse'

async function addAccounts (databaseUrl: string): Promise<void> {
  const database = createUserDatabase(databaseUrl)
  const users = createUserRepository(database)
  const add = (kind: Kind, password: string, cost: number) =>
    users.add({ email: kinds[kind], name: kind, passwordHash: hashPassword({ password, cost }) })
  await add('wrong', 'another one', cost)
  await add('disabled', PASSWORD, cost)
  await add('lower cost', 'another one', lowerCost)
  await users.setDisabled(kinds.disabled, true)
  await database.close()
}

/** Milliseconds of each failed login, by kind. All must give the same answer. */
async function sample (app: FastifyInstance): Promise<Record<Kind, number[]>> {
  const times: Record<Kind, number[]> = { unknown: [], wrong: [], disabled: [], 'lower cost': [] }
  const random = seededRandom(seed)
  const answers = new Set<string>()
  for (let round = -WARM_UP; round < samples; round++) {
    for (const kind of shuffled(kindNames, random)) {
      const started = performance.now()
      const { statusCode, body } = await app.inject({ method: 'POST', url: '/login', payload: { email: kinds[kind], password: PASSWORD } })
      const ms = performance.now() - started
      answers.add(`${statusCode} ${body}`)
      if (round >= 0) times[kind].push(ms)
    }
  }
  insist(answers.size === 1 && [...answers][0]?.startsWith('401 ') === true, `Failed logins answer differently: ${[...answers].join('\n')}`)
  return times
}

/** Within 0.45 to 0.55, or within what chance alone does to samples that are too few for that. */
function rowOf (a: Kind, b: Kind, times: Record<Kind, number[]>): Row {
  const area = areaUnderCurve(times[a], times[b])
  const margin = Math.max(0.05, 3.3 * standardError(samples))
  const goal = `${(0.5 - margin).toFixed(2)}–${(0.5 + margin).toFixed(2)}`
  return { figure: `AUC ${a} / ${b}`, measured: area.toFixed(3), goal, met: Math.abs(area - 0.5) <= margin }
}

const folder = mkdtempSync(join(tmpdir(), 'sessions-enumeration-'))
const servers = await startEmbedded({ dataDir: folder, redis: true, postgres: true, durable: false, log })
try {
  const config = loadConfig({
    BCRYPT_COST: String(cost), HASH_THREADS: '1', LOG_LEVEL: 'silent', DEMO_USERS: 'false', LOGIN_ACCOUNT_FAILURES: '1000000', LOGIN_ADDRESS_FAILURES: '1000000', LOGIN_GLOBAL_FAILURES: '0', SESSION_KEYS: `bench:${randomBytes(32).toString('base64url')}`
  })
  const { redisUrl: REDIS_URL = '', databaseUrl: DATABASE_URL = '' } = servers
  const app = await buildApp({ ...config, REDIS_URL, DATABASE_URL, SESSION_KEYS: config.SESSION_KEYS ?? '' })
  await addAccounts(DATABASE_URL)
  console.log(`${samples} failed logins of each kind, highest stored cost ${cost}, lower ${lowerCost}, --seed ${seed}\n`)
  const times = await sample(app)
  await app.close()
  const pairs = kindNames.flatMap((a, i) => kindNames.slice(i + 1).map(b => rowOf(a, b, times)))
  const medians = kindNames.map(kind => ({ figure: `p50 ${kind}`, measured: `${percentile(times[kind], 50).toFixed(2)} ms`, goal: '', met: null }))
  console.log(tableOf([...pairs, ...medians]))
  if (pairs.some(({ met }) => met === false)) process.exitCode = 1
} finally {
  await servers.stop()
  rmSync(folder, { recursive: true, force: true })
}
