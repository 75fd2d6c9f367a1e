import t from 'tap'
import { createDeviceIds } from '../../../src/sessions/devices/device-id.ts'
import { createKeyring } from '../../../src/sessions/keyring.ts'
import { randomKeyring } from '../../harness.ts'

const keyring = randomKeyring()
const { hashes, markOf, markOfUse } = createDeviceIds(createKeyring(keyring))

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

t.test('a mark is the beginning of the hash', t => {
  t.equal(markOf('1', 'tv'), hashes('1', 'tv')[0]?.slice(0, 6))
  t.equal(markOf('1', undefined), '')
  t.not(markOf('2', 'tv'), markOf('1', 'tv'))
  t.end()
})

t.test('a use that tells of no device is on the one that is bound, and a session that was bound to none stays so', t => {
  const tv = markOf('1', 'tv')
  t.equal(markOfUse('1', tv, undefined), tv)
  t.equal(markOfUse('1', tv, 'tv'), tv)
  t.equal(markOfUse('1', tv, 'phone'), markOf('1', 'phone'))
  for (const deviceId of [undefined, 'tv']) t.equal(markOfUse('1', '', deviceId), '')
  const longest = 'x'.repeat(128)
  t.not(markOfUse('1', markOf('1', longest), `${longest}y`), markOf('1', longest), 'one that is too long is another')
  t.end()
})

t.test('while keys roll over, a device is the same under each of them', t => {
  const next = `next:${randomKeyring().slice('test:'.length)}`
  const after = createDeviceIds(createKeyring(`${next},${keyring}`))
  t.equal(after.markOfUse('1', markOf('1', 'tv'), 'tv'), markOf('1', 'tv'))
  t.not(after.markOf('1', 'tv'), markOf('1', 'tv'))
  t.end()
})
