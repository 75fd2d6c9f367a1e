import t from 'tap'
import { shownPath } from '../../../src/plugins/http/request-path.ts'

const proof = 'aB3-_'.repeat(13).slice(0, 64)
const id = '3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b'
const percent = (text: string) => [...text].map(character => `%${character.charCodeAt(0).toString(16)}`).join('')

t.test('what somebody looked for is shown decoded, without the query', t => {
  t.equal(shownPath('/nowhere'), '/nowhere')
  t.equal(shownPath('/no%20where/%C3%BC%F0%9F%8D%AA'), '/no where/ü🍪')
  for (const end of ['?token=s3cret', '#s3cret', '?', '%3Ftoken=s3cret', '%23s3cret', '?%ff']) t.equal(shownPath(`/nowhere${end}`), '/nowhere', end)
  t.equal(shownPath('/%zz/%ff'), '/%zz/%ff', 'what cannot be decoded stays as it is')
  t.equal(shownPath('*'), '*')
  t.end()
})

t.test('no part of a credential is shown, however it is encoded', t => {
  const spellings = [
    `${id}.1.${proof}`, `${id}%2E1%2E${proof}`, `${id}%252e1%252e${proof}`, `${id}.1.${percent(proof)}`, `${id}.1.${encodeURIComponent(percent(proof))}`,
    `${id}.1.${proof.replaceAll('_', '%5F').replaceAll('-', '%2d')}`, `${id}.1.${proof.replaceAll('_', '%255F').replaceAll('-', '%25252D')}`, `${id}%ff.1.${proof}`
  ]
  for (const spelling of spellings) {
    const shown = shownPath(`/sessions/${spelling}/x`)
    t.match(shown, /^\/sessions\/\*\*\*.*\/x$/, spelling)
    t.notMatch(shown, /aB3|%61%42|1c2d3e4f5a6b/)
  }
  t.equal(shownPath(`/${proof.slice(0, 22)}`), '/***', '128 bits')
  t.equal(shownPath(`/${proof.slice(0, 21)}`), `/${proof.slice(0, 21)}`)
  t.notMatch(shownPath(`/${'x/'.repeat(95)}${proof}`), /aB3/, 'masked before it is cut off')
  t.end()
})

t.test('an absolute target loses its userinfo', t => {
  t.equal(shownPath('http://user:pass@example.com/nowhere'), 'http://example.com/nowhere')
  t.equal(shownPath('//user:pa@ss@example.com/nowhere'), '//example.com/nowhere')
  t.equal(shownPath('/http:%2F%2Fuser%3Apass%40example.com/nowhere'), '/http://example.com/nowhere')
  t.end()
})

t.test('it is short, and no character of it does anything', t => {
  t.equal(shownPath(`/${'ab/'.repeat(5000)}`).length, 200)
  t.equal(shownPath(`/${'.'.repeat(198)}🍪x`), `/${'.'.repeat(198)}\ufffd`, 'not half a character')
  t.notMatch(shownPath('/%00%0a%0d%1b[31m%7f%C2%9B%E2%80%AE%E2%80%A8'), /[\p{C}\p{Zl}]/u)
  t.end()
})
