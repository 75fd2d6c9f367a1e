import { existsSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { lastingFolder, recordingLog } from './fixture.ts'
import { DataFolderBusyError } from '../../src/embedded/data-folder.ts'
import { localKeyring } from '../../src/embedded/local-keyring.ts'
import { removeEmbedded } from '../../src/embedded/remove.ts'
import { startEmbedded } from '../../src/embedded/index.ts'

const log = recordingLog()

t.test('the data of private parts are removed with the folder, but not while they are used', async (t) => {
  const dataDir = join(lastingFolder(t), 'data')
  const servers = await startEmbedded({ dataDir, redis: true, postgres: true, log })
  localKeyring(dataDir)
  await t.rejects(removeEmbedded(dataDir, log), DataFolderBusyError)
  await servers.stop()
  await removeEmbedded(dataDir, log)
  t.notOk(existsSync(dataDir))
  await t.resolves(removeEmbedded(dataDir, log), 'nothing to remove is no fault')
})

t.test('files of others in the folder stay', async (t) => {
  const dataDir = t.testdir({ precious: '', redis: { '.session-service': '', appendonlydir: {} }, 'session-keys': 'k:x', postgres: {} })
  await removeEmbedded(dataDir, log)
  t.strictSame(readdirSync(dataDir), ['postgres', 'precious'], 'also an empty folder')
})

t.test('a folder without our mark is somebody else’s, and then nothing at all is removed', async (t) => {
  const system = { redis: { 'dump.rdb': '' }, postgres: { data: { PG_VERSION: '18' } }, 'redis.log': '', 'session-keys': '' }
  for (const ours of [{}, { redis: { '.session-service': '' } }, { postgres: { '.session-service': '' } }]) {
    const dataDir = t.testdir({ ...system, ...ours })
    await t.rejects(removeEmbedded(dataDir, log), { name: 'ForeignFolderError', message: /\/(redis|postgres) holds data that this service has not put there/ })
    t.strictSame(readdirSync(dataDir).sort(), Object.keys(system).sort())
  }
  const dataDir = t.testdir({ 'redis.log': '', 'session-keys': '' })
  await removeEmbedded(dataDir, log)
  t.strictSame(readdirSync(dataDir), ['redis.log', 'session-keys'])
})

t.test('PostgreSQL data that had to be kept elsewhere go too', async (t) => {
  const dataDir = t.testdir({ elsewhere: { '.session-service': '', data: { PG_VERSION: '18' } } })
  symlinkSync(join(dataDir, 'elsewhere'), join(dataDir, 'postgres'))
  await removeEmbedded(dataDir, log)
  t.notOk(existsSync(join(dataDir, 'elsewhere')))
  t.notOk(existsSync(dataDir))
})
