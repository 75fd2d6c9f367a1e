import t from 'tap'
import { createSeals, type Seal } from '../../src/idempotency/seal.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { randomKeyring } from '../harness.ts'

const [one, two] = [randomKeyring().replace('test', 'a'), randomKeyring().replace('test', 'b')]
const only = ([seal]: Seal[]) => seal as Seal
const sealsOf = createSeals(createKeyring(one))

t.test('what a seal closes it opens again, for the same request; it reads like nothing', t => {
  const seal = only(sealsOf('shop', 'k'))
  const fingerprint = seal.fingerprintOf('POST /v1/sessions x')
  for (const answer of ['', 'ä', 'x'.repeat(100_000)]) {
    const sealed = seal.close(answer, fingerprint)
    t.match(sealed, /^[\w-]+$/)
    t.equal(seal.open(sealed, fingerprint), answer)
  }
  t.not(seal.close('x', fingerprint), seal.close('x', fingerprint), 'and twice like something else')
  t.throws(() => seal.open(seal.close('x', fingerprint), seal.fingerprintOf('POST /v1/sessions y')))
  t.end()
})

t.test('what was damaged, cut or closed by another seal does not open', t => {
  const seal = only(sealsOf('shop', 'k'))
  const sealed = Buffer.from(seal.close('secret', 'f'), 'base64url')
  for (let i = 0; i < sealed.length; i++) {
    const damaged = Buffer.from(sealed)
    damaged[i] = (damaged[i] ?? 0) ^ 1
    t.throws(() => seal.open(damaged.toString('base64url'), 'f'), `${i}`)
    t.throws(() => seal.open(sealed.toString('base64url', 0, i), 'f'), `cut at ${i}`)
  }
  for (const other of [sealsOf('shop', 'K'), sealsOf('store', 'k'), createSeals(createKeyring(two))('shop', 'k')].map(only)) {
    t.throws(() => other.open(sealed.toString('base64url'), 'f'))
    t.not(other.name, seal.name)
    t.not(other.fingerprintOf('x'), seal.fingerprintOf('x'))
  }
  t.end()
})

t.test('there is a seal for each key of the keyring, in order, all with the same slot tag', t => {
  const seals = createSeals(createKeyring(`${two},${one}`))('shop', 'k')
  const known = [only(createSeals(createKeyring(two))('shop', 'k')), only(sealsOf('shop', 'k'))]
  t.strictSame(seals.map(({ name }) => name), known.map(({ name }) => name))
  t.strictSame(new Set([...seals, ...known].map(({ tag }) => tag)).size, 1)
  t.match(seals.map(({ tag }) => tag), [/^[0-9a-f]{4}$/, String])
  t.end()
})
