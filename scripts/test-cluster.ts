/**
 * `npm run test:cluster [-- words]`: the store contract, the routes and the near-cache on a Redis Cluster of three masters, then the service on a
 * Redis behind Sentinels. Starts all servers itself, on loopback, and stops them; ends with one closing line. Words
 * choose files by their path.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbedded } from '../src/embedded/index.ts'
import { startCluster } from './scale-out/cluster.ts'
import { sentinelSmoke } from './scale-out/sentinel-smoke.ts'
import { closingLine, root, runTap, type TapCounts } from './tap.ts'
import { testGroups } from './test-groups.ts'

const FOLDERS = ['store', 'routes', 'sessions', 'near-cache']

/** Files that would show the same as without a Cluster, or cannot work on one. */
const EXEMPT: Record<string, RegExp> = {
  'start a standalone server of their own': /^store\/(commands|connect|link|preflight|refusing-redis|subscriber)\.test\.ts$|^near-cache\/link-kills\.test\.ts$/,
  'listen with MONITOR, which a client of a Cluster does not have': /^routes\/round-trips\.test\.ts$/,
  'answer in the place of a command of the client, which a Cluster sends through its nodes': /^routes\/health\.test\.ts$/,
  'weigh what one Redis keeps': /^store\/memory\.test\.ts$/,
  'are about what is said over HTTP, and ask the store for what others do': /^routes\/(events\/(asyncapi|frames)|event-stream|jwks|limits-of-parameters)\.test\.ts$/,
  'touch no Redis': /^store\/(beats|deadline|failures|keys|list-url|user-agent)\.test\.ts$|^sessions\/(?!service)|^near-cache\/(interleavings|near-cache|verdicts)\.test\.ts$/
}

const words = process.argv.slice(2)
if (chosenFiles().length === 0) {
  console.error(`No test file has ${words.join(' and ')} in its path.`)
  process.exit(1)
}

function chosenFiles (): string[] {
  const tests = fileURLToPath(new URL('../test/', import.meta.url))
  return FOLDERS.flatMap(folder => readdirSync(join(tests, folder), { recursive: true, encoding: 'utf8' }).map(file => `${folder}/${file}`))
    .filter(file => file.endsWith('.test.ts') && !Object.values(EXEMPT).some(exempt => exempt.test(file)))
    .filter(file => words.every(word => file.includes(word)))
    .map(file => `test/${file}`)
}

async function onCluster (folder: string, databaseUrl: string): Promise<TapCounts> {
  const cluster = await startCluster(folder)
  try {
    // Files of a group share their time, which is longer there.
    const args = ['--disable-coverage', '--timeout=900', ...testGroups(root, 'cluster', chosenFiles())]
    return await runTap({ args, env: { TEST_REDIS_URL: cluster.url, TEST_DATABASE_URL: databaseUrl }, report: join(folder, 'result.tap') })
  } finally {
    await cluster.stop()
  }
}

const log = {
  info: (_details: object, message: string) => console.error(message),
  error: (details: object, message: string) => console.error(message, details)
}
for (const [reason, files] of Object.entries(EXEMPT)) console.log(`# not run here, because they ${reason}: ${files.source}`)
const folder = mkdtempSync(join(tmpdir(), 'sessions-cluster-'))
const servers = await startEmbedded({ dataDir: join(folder, 'data'), redis: false, postgres: true, durable: false, log })
// The superuser, because tests make databases of their own.
const databaseUrl = servers.databaseUrl?.replace('//sessions@', '//postgres@') ?? ''
let counts: TapCounts
try {
  counts = await onCluster(folder, databaseUrl)
  for (const { what, isGood } of await sentinelSmoke(folder, servers.databaseUrl ?? '')) {
    console.log(`${isGood ? 'ok' : 'not ok'} - behind Sentinels ${what}`)
    if (isGood) counts.passed++
    else counts.failed++
  }
} finally {
  await servers.stop()
  rmSync(folder, { recursive: true, force: true })
}
console.log(closingLine(counts))
process.exitCode = counts.failed > 0 ? 1 : counts.exitCode
