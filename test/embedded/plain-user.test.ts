import { spawnSync } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { installFor } from './plain-user.ts'
import { lastingFolder } from './fixture.ts'

/** Not root, whoever runs the tests. */
const user = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

const program = `
import { startEmbedded } from './embedded/index.js'
import { localKeyring } from './embedded/local-keyring.js'
import pg from 'pg'
const log = { info () {}, error () {} }
const servers = await startEmbedded({ dataDir: 'data', redis: true, postgres: true, installRedis: false, log })
const client = new pg.Client({ connectionString: servers.databaseUrl })
await client.connect()
await client.query('CREATE TABLE IF NOT EXISTS starts (id int); INSERT INTO starts VALUES (1)')
const { rows } = await client.query('SELECT count(*)::int FROM starts')
await client.end()
await servers.stop()
console.log(JSON.stringify({ starts: rows[0].count, uid: process.getuid(), keyring: localKeyring('data') }))
`

t.test('a plain user runs the private servers from a folder of mode 0700, and finds the data again', async (t) => {
  const folder = lastingFolder(t)
  installFor(user, folder)
  writeFileSync(join(folder, 'run.js'), program)
  const run = (): { starts: number, uid: number, keyring: string } => {
    // Without what tap puts before each program that a test starts: that is of the checkout, which this user cannot read.
    const { stdout, stderr } = spawnSync('env', ['-u', 'NODE_OPTIONS', process.execPath, 'run.js'], { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH }, ...user })
    t.equal(stderr, '')
    return JSON.parse(stdout)
  }
  const first = run()
  t.match(first, { starts: 1, uid: user.uid })
  t.strictSame(run(), { ...first, starts: 2 }, 'the data and the key are the same at the second start')
  t.match(statSync(join(folder, 'data', 'postgres', 'data')), { uid: user.uid })
  t.equal(statSync(folder).mode & 0o777, 0o700)
})
