import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { recordingLog } from './fixture.ts'
import { findOwnFolder, makeOwnFolder } from '../../src/embedded/own-folder.ts'
import { startEmbedded } from '../../src/embedded/index.ts'

t.test('a folder that is made, or was empty, is ours from then on, and for us alone', async (t) => {
  const folder = join(t.testdir({ empty: {} }), 'made')
  for (const each of [folder, join(folder, '..', 'empty')]) {
    t.notOk(findOwnFolder(each))
    makeOwnFolder(each)
    t.ok(findOwnFolder(each))
    t.equal(statSync(folder).mode & 0o777, 0o700)
    writeFileSync(join(each, 'data'), '')
    makeOwnFolder(each)
    t.strictSame(readdirSync(each), ['.session-service', 'data'])
  }
})

t.test('a folder with data that we have not put there is not used', async (t) => {
  const folder = join(t.testdir({ redis: { 'dump.rdb': '' } }), 'redis')
  const refusal = { name: 'ForeignFolderError', message: `${folder} holds data that this service has not put there (the file .session-service is missing). Choose another DATA_DIR, or move that folder away. If it is of an earlier version of this service: touch ${folder}/.session-service` }
  t.throws(() => makeOwnFolder(folder), refusal)
  t.throws(() => findOwnFolder(folder), refusal)
  t.strictSame(readdirSync(folder), ['dump.rdb'])
})

t.test('a start on the data of a system’s own servers changes neither their files nor their rights', async (t) => {
  for (const name of ['redis', 'postgres']) {
    const dataDir = t.testdir({ [name]: { file: '' } })
    const file = join(dataDir, name, 'file')
    chmodSync(join(dataDir, name), 0o755)
    const before = [statSync(file), statSync(join(dataDir, name))].map(({ uid, gid, mode, ctimeMs }) => ({ uid, gid, mode, ctimeMs }))
    const start = startEmbedded({ dataDir, redis: true, postgres: true, durable: false, log: recordingLog() })
    await t.rejects(start, { name: 'ForeignFolderError' })
    t.strictSame([statSync(file), statSync(join(dataDir, name))].map(({ uid, gid, mode, ctimeMs }) => ({ uid, gid, mode, ctimeMs })), before)
  }
})
