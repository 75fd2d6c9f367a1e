import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { localKeyring } from '../../src/embedded/local-keyring.ts'

t.test('the first start makes a key of 32 random bytes that only its owner can read', async (t) => {
  const dataDir = join(t.testdir(), 'data')
  const keyring = localKeyring(dataDir)
  t.match(keyring, /^local:[A-Za-z0-9_-]{43}$/)
  t.equal(statSync(join(dataDir, 'session-keys')).mode & 0o777, 0o600)
  t.equal(statSync(dataDir).mode & 0o777, 0o700)
  t.not(localKeyring(join(t.testdirName, 'other')), keyring, 'another folder has another key')
})

t.test('later starts find the same key', async (t) => {
  const dataDir = t.testdir()
  t.equal(localKeyring(dataDir), localKeyring(dataDir))
})

t.test('a key of the operator\'s own making is kept as it is', async (t) => {
  const dataDir = t.testdir({ 'session-keys': 'mine:abc\n' })
  t.equal(localKeyring(dataDir), 'mine:abc')
  t.equal(readFileSync(join(dataDir, 'session-keys'), 'utf8'), 'mine:abc\n')
})

t.test('a folder that cannot be made is told, not passed over', async (t) => {
  const dataDir = t.testdir({ file: '' })
  t.throws(() => localKeyring(join(dataDir, 'file', 'data')), { code: 'ENOTDIR' })
})
