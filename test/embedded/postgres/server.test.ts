import { chmodSync, cpSync, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { askPostgres, lastingFolder, recordingLog } from '../fixture.ts'
import { databaseUrl, startPostgres } from '../../../src/embedded/postgres/server.ts'
import { findPostgres } from '../../../src/embedded/postgres/binaries.ts'
import { makeRuntimeFolder, removeRuntimeFolder } from '../../../src/embedded/runtime-folder.ts'
import type { Test } from 'tap'
import type { Account } from '../../../src/embedded/postgres/account.ts'

const env = process.env
const nobody: Account = { prefix: [], owner: { uid: 65534, gid: 65534 } }
const self: Account = { prefix: [], owner: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 } }
/** The account that is not ours, where we can become it; a plain user can only be itself. */
const other = self.owner?.uid === 0 ? nobody : self

interface Places { dataDir: string, programs: string, elsewhere: string }

/** The programs, in a folder that nobody but its owner enters. */
const programs = join(lastingFolder(t), 'package', 'native')
mkdirSync(dirname(programs))
cpSync(findPostgres(), programs, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.a') })

/** Data in such a folder too, and a place outside of it. */
function closedFolder (t: Test): Places {
  const elsewhere = lastingFolder(t)
  chmodSync(elsewhere, 0o755)
  return { dataDir: join(lastingFolder(t), 'data'), programs, elsewhere }
}

/** Starts it twice on the same data; answers with the mode of its runtime folder. */
async function storesOverRestart (t: Test, places: Places, account?: Account): Promise<number> {
  mkdirSync(places.dataDir, { mode: 0o700 })
  let mode = 0
  for (const statement of ['CREATE TABLE people AS SELECT 7 AS id', 'SELECT id FROM people']) {
    const runtimeFolder = makeRuntimeFolder()
    const server = await startPostgres({ ...places, runtimeFolder, durable: true, env, log: recordingLog(), account })
    mode = statSync(runtimeFolder).mode & 0o777
    const rows = await askPostgres({ databaseUrl: databaseUrl(runtimeFolder) }, statement)
    await server.stop()
    removeRuntimeFolder(runtimeFolder)
    if (statement.startsWith('SELECT')) t.strictSame(rows, [7])
  }
  return mode
}

t.test('it runs with checkout and data in a folder of mode 0700', async (t) => {
  const places = closedFolder(t)
  t.equal(await storesOverRestart(t, places), 0o700, 'its socket is in a folder for us alone')
  t.ok(existsSync(join(places.dataDir, 'postgres', 'data', 'PG_VERSION')), 'the data are where they were wanted')
})

t.test('it runs as another account, which can enter neither the checkout nor the data folder', async (t) => {
  const places = closedFolder(t)
  await storesOverRestart(t, places, other)
  t.equal(statSync(realpathSync(join(places.dataDir, 'postgres', 'data'))).uid, other.owner?.uid)
})

t.test('data made as one account serve under another later', async (t) => {
  const places = closedFolder(t)
  await storesOverRestart(t, places, other)
  const runtimeFolder = makeRuntimeFolder()
  t.teardown(() => removeRuntimeFolder(runtimeFolder))
  const server = await startPostgres({ ...places, runtimeFolder, durable: true, env, log: recordingLog() })
  t.teardown(() => server.stop())
  t.strictSame(await askPostgres({ databaseUrl: databaseUrl(runtimeFolder) }, 'SELECT id FROM people'), [7])
})
