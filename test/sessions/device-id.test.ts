import t from 'tap'
import { createDeviceIds } from '../../src/sessions/device-id.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { randomKeyring } from '../harness.ts'

const keyring = randomKeyring()
const { hashes } = createDeviceIds(createKeyring(keyring))

t.test('a device id has one hash of 22 characters for each key, another for each user, and none without the key', t => {
  const [hash = ''] = hashes('1', 'tv')
  t.match(hash, /^[\w-]{22}$/)
  t.strictSame(hashes('1', 'tv'), [hash])
  const others = [...hashes('1', 'TV'), ...hashes('2', 'tv'), ...hashes('1', ''), ...createDeviceIds(createKeyring(randomKeyring())).hashes('1', 'tv')]
  t.equal(new Set([hash, ...others]).size, 5)
  t.end()
})

t.test('while keys roll over, the hash under the old key stays among them', t => {
  const next = `next:${randomKeyring().slice('test:'.length)}`
  const before = hashes('1', 'tv')
  t.strictSame(createDeviceIds(createKeyring(`${keyring},${next}`)).hashes('1', 'tv').slice(0, 1), before)
  t.strictSame(createDeviceIds(createKeyring(`${next},${keyring}`)).hashes('1', 'tv').slice(1), before)
  t.end()
})
