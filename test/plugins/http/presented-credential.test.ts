import t from 'tap'
import { presentedCredential } from '../../../src/plugins/http/presented-credential.ts'

t.test('each transport presents a credential, and all may present the same', t => {
  t.equal(presentedCredential('abc', []), 'abc')
  t.equal(presentedCredential(' abc ', []), 'abc')
  t.equal(presentedCredential(undefined, ['Bearer abc']), 'abc')
  t.equal(presentedCredential(undefined, ['bEARER   abc ']), 'abc')
  t.equal(presentedCredential('abc', ['Bearer abc']), 'abc')
  t.equal(presentedCredential(undefined, [], ['abc']), 'abc')
  t.equal(presentedCredential('abc', ['Bearer abc'], ['abc']), 'abc')
  t.equal(presentedCredential('abc,', []), 'abc')
  t.end()
})

t.test('nothing, empty headers and other schemes present none', t => {
  t.equal(presentedCredential(undefined, []), null)
  t.equal(presentedCredential('', []), null)
  t.equal(presentedCredential('  ', []), null)
  t.equal(presentedCredential(undefined, ['Basic YWxpY2U6cGFzcw==']), null)
  t.equal(presentedCredential(undefined, ['Bearer']), null)
  t.equal(presentedCredential(undefined, ['Bearer  ']), null)
  t.equal(presentedCredential('', ['']), null)
  t.equal(presentedCredential('abc', ['Basic YWxpY2U6cGFzcw==']), 'abc')
  t.end()
})

t.test('different ones disagree, wherever they stand', t => {
  const disagree = { code: 'credentials_disagree' }
  t.throws(() => presentedCredential('abc', ['Bearer def']), disagree)
  t.throws(() => presentedCredential('abc, def', []), disagree)
  t.throws(() => presentedCredential(['abc', 'def'], []), disagree)
  t.throws(() => presentedCredential(undefined, ['Bearer abc', 'Bearer def']), disagree)
  t.throws(() => presentedCredential('abc', ['Bearer ABC']), disagree, 'case matters')
  t.throws(() => presentedCredential('abc', [], ['def']), disagree)
  t.throws(() => presentedCredential(undefined, ['Bearer abc'], ['def']), disagree)
  t.throws(() => presentedCredential(undefined, [], ['abc', 'def']), disagree)
  t.end()
})

t.test('one way presents one, not the same twice', t => {
  const disagree = { code: 'credentials_disagree' }
  t.throws(() => presentedCredential('abc, abc', []), disagree)
  t.throws(() => presentedCredential(['abc', 'abc'], []), disagree)
  t.throws(() => presentedCredential(undefined, ['Bearer abc', 'Bearer abc']), disagree)
  t.throws(() => presentedCredential(undefined, [], ['abc', 'abc']), disagree)
  t.throws(() => presentedCredential('abc', ['Bearer abc'], ['abc', 'abc']), disagree)
  t.end()
})
